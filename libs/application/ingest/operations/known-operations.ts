/** Which operations there are: those that may have something left to do, and of the others the newest. A named state of Hermes' own (J7); what an operation is, its stream says. */
import { done, failed, type Outcome } from '#contracts';
import { parseOperationId, type OperationId } from '#domain';
import type { Journal } from '#ports';
import type { Clock } from '../../clock.js';
import { changeState, readState } from '../deciding/change-state.js';
import { mostOfOne } from '../../share.js';
import { overloaded } from '../problems.js';

const STATE = 'operations';
/** Operations that are carried out at a time, by however many processes. */
export const MOST_OPEN = 100;
/** Of one principal, so that others have room. */
const MOST_OF_ONE = mostOfOne(MOST_OPEN);
/** That are listed, these among them. */
const MOST_KNOWN = 200;
/** One that is announced and not accepted within this time is forgotten. */
const FORGOTTEN_MS = 24 * 60 * 60_000;

/** `at`: when it was last announced, in milliseconds after 1970. */
interface Known {
  readonly id: string;
  readonly principal: string | null;
  readonly at: number;
  readonly open: boolean;
}

export interface OpenOperation {
  readonly id: OperationId;
  readonly principal: string | null;
  /** When it was last announced. */
  readonly at: number;
  /** So old that it will not be accepted any more, if it is not. */
  readonly isForgotten: boolean;
}

/** Calls reject with StoreUnavailable. */
export class KnownOperations {
  constructor(
    private readonly journal: Pick<Journal, 'readState' | 'writeState'>,
    private readonly clock: Clock,
  ) {}

  /** Whether it could be announced now: `overloaded` where too many are open, of all or of its principal. */
  async room(id: OperationId, principal: string | null): Promise<Outcome<undefined>> {
    const { value = [] } = await readState<readonly Known[]>(this.journal, STATE);
    return refusal(value, { id, principal }) ?? done(undefined);
  }

  /** Before it is accepted, so that none is accepted that nobody would carry out; again with each try. `overloaded` where too many are open, of all or of its principal. */
  async announce(id: OperationId, principal: string | null): Promise<Outcome<undefined>> {
    const added: Known = { id, principal, at: this.clock.nowMs(), open: true };
    const { value = [] } = await changeState<readonly Known[]>(this.journal, STATE, (known = []) => {
      if (known.some((each) => each.id === id && each.open))
        return known.map((each) => (each.id === id ? { ...each, at: added.at } : each));
      const others = known.filter((each) => each.id !== id);
      if (refusal(known, added) !== undefined) return undefined;
      return kept([added, ...others]);
    });
    if (value.some((each) => each.id === id && each.open)) return done(undefined);
    return refusal(value, added) ?? failed(overloaded('other operations come and go'));
  }

  /** Nothing is left to do; what was announced again since it was seen stays open. */
  async close({ id, at }: Pick<OpenOperation, 'id' | 'at'>): Promise<void> {
    const isIt = (each: Known) => each.id === id && each.at === at && each.open;
    await changeState<readonly Known[]>(this.journal, STATE, (known = []) =>
      known.some(isIt) ? known.map((each) => (isIt(each) ? { ...each, open: false } : each)) : undefined,
    );
  }

  async open(): Promise<readonly OpenOperation[]> {
    const nowMs = this.clock.nowMs();
    return (await this.known()).flatMap(({ id, principal, at, open }) =>
      open ? [{ id, principal, at, isForgotten: nowMs - at >= FORGOTTEN_MS }] : [],
    );
  }

  /** The newest first. */
  async all(): Promise<readonly OperationId[]> {
    return (await this.known()).map(({ id }) => id);
  }

  private async known(): Promise<readonly (Known & { readonly id: OperationId })[]> {
    const { value = [] } = await readState<readonly Known[]>(this.journal, STATE);
    return value.flatMap((each) => {
      const id = parseOperationId(each.id);
      return id === undefined ? [] : [{ ...each, id }];
    });
  }
}

export interface ImportedOperation {
  readonly id: OperationId;
  readonly principal: string | null;
  /** When it was drafted, in milliseconds after 1970. */
  readonly at: number;
  readonly open: boolean;
}

/** Which operations came with an import, in the order in which they were drafted. Rejects with StoreUnavailable. */
export async function knowImported(
  journal: Pick<Journal, 'readState' | 'writeState'>,
  operations: readonly ImportedOperation[],
): Promise<void> {
  await changeState<readonly Known[]>(journal, STATE, () => kept([...operations].reverse()));
}

/** Why this one may not be open; undefined where it may. */
function refusal(
  known: readonly Known[],
  { id, principal }: Pick<Known, 'id' | 'principal'>,
): Outcome<undefined> | undefined {
  const others = known.filter((each) => each.open && each.id !== id);
  if (others.length >= MOST_OPEN) return failed(overloaded(`${MOST_OPEN} operations are being carried out`));
  if (others.filter((each) => each.principal === principal).length < MOST_OF_ONE) return undefined;
  return failed(overloaded(`${MOST_OF_ONE} operations of this token are being carried out, its share of ${MOST_OPEN}`));
}

/** All that are open, and of the others the newest. */
function kept(known: readonly Known[]): readonly Known[] {
  const open = known.filter((each) => each.open).length;
  let room = MOST_KNOWN - open;
  return known.filter((each) => each.open || (room -= 1) >= 0);
}
