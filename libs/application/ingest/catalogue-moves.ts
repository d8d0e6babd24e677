/**
 * Retiring, restoring and deleting event types and fates (rule 10). The catalogue's stream decides at an exact revision;
 * before, and until the entry stands, batches of quests are kept out of the types that they would lose.
 */
import { done, failed, type Outcome, type Problem, type Uuid } from '#contracts';
import {
  decideFateMove,
  decideTypeMove,
  findEventType,
  findFate,
  foldCatalogue,
  parseFateReference,
  parseTypeName,
  typesToGuard,
  type CatalogueEntry,
  type EventType,
  type Fate,
  type Instant,
  type StatusMove,
  type TypeName,
} from '#domain';
import {
  asSeen,
  changeCatalogue,
  outcomeOf,
  type CatalogueWriter,
  type Condition,
  type Decide,
  type Deciding,
  type Guard,
  type Item,
} from './catalogue-commands.js';
import type { Gate } from '../reading/gate.js';
import { foresee, type Foreseen, type ForesightViews } from './catalogue-effects.js';
import { useOf, type UseViews } from './catalogue-uses.js';
import { mayBeStored } from './deciding/decide-on.js';
import type { IngestRequest } from './deciding/request.js';
import { holderOf } from './holders.js';
import type { Caller, CatalogueChange, ForeseenChange, Unchanged } from './ingest.js';
import { problemOfRefusals } from './problems.js';
import { ClosedTypes } from './quests/closed-types.js';
import type { EmbarkingTypes } from './quests/embarking-types.js';

export interface CatalogueMover extends CatalogueWriter {
  readonly gate: Gate;
  readonly types: EmbarkingTypes;
  readonly views: { for(holder: string): UseViews & ForesightViews };
  readonly newId: () => Uuid;
  readonly now: () => Instant;
  readonly monotonicMs: () => number;
}

/** A move of one thing: how it is decided, and the caller's condition on the thing as it is. */
export interface Move<T> {
  readonly decide: Decide<T>;
  readonly condition: Condition;
}

/** `text`: a name as it stands in a path. A failure where no type could have it. */
export function typeMove(
  mover: Pick<CatalogueMover, 'now'>,
  text: string,
  move: StatusMove,
  caller: Caller,
  unchanged: Unchanged<EventType> | undefined,
): Outcome<Move<EventType>> {
  const name = parseTypeName(text);
  if (name === undefined) return failed(problemOfRefusals([unknownType(text)]));
  const command = { kind: 'MoveEventType', move, name, by: caller.principal, now: mover.now() } as const;
  return {
    ok: true,
    value: {
      decide: (catalogue) => decideTypeMove(command, catalogue),
      condition: asSeen(`the event type ${name}`, (catalogue) => findEventType(catalogue, name), unchanged),
    },
  };
}

/** `text`: a number or name as it stands in a path. */
export function fateMove(
  mover: Pick<CatalogueMover, 'now'>,
  text: string,
  move: StatusMove,
  caller: Caller,
  unchanged: Unchanged<Fate> | undefined,
): Move<Fate> {
  const fate = parseFateReference(text);
  const command = { kind: 'MoveFate', move, fate, by: caller.principal, now: mover.now() } as const;
  return {
    decide: (catalogue) => decideFateMove(command, catalogue),
    condition: asSeen(`the fate ${fate}`, (catalogue) => findFate(catalogue, fate), unchanged),
  };
}

export function moveInCatalogue<T extends Item>(
  mover: CatalogueMover,
  { decide, condition }: Move<T>,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<CatalogueChange<T>>> {
  return guarded(mover, caller, (guard) => changeCatalogue(mover, request, caller, decide, condition, guard));
}

/** `change` with a guard against quests that embark. They are let in again when it has ended. */
export async function guarded<T>(
  mover: CatalogueMover,
  caller: Caller,
  change: (guard: Guard) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const closed = new ClosedTypes(mover.types, mover.newId(), mover.monotonicMs);
  const guard = guardBy(mover, caller, (types) => closed.close(types));
  // an entry that may still come to be stored keeps the types closed, until that is forgotten
  let mayCome = false;
  try {
    const outcome = await change(guard);
    mayCome = !outcome.ok && outcome.problem.code === 'outcome-unknown';
    return outcome;
  } catch (error) {
    mayCome = mayBeStored(error);
    throw error;
  } finally {
    if (!mayCome) await closed.open();
  }
}

/** What the move would do; refused as it would be. */
export async function foreseeMove<T extends Item>(
  mover: CatalogueMover,
  { decide, condition }: Move<T>,
  caller: Caller,
): Promise<Outcome<ForeseenChange<T>>> {
  const foreseen = await foreseeIn(mover, (catalogue) => outcomeOf(decide(catalogue)), condition, caller);
  if (!foreseen.ok) return foreseen;
  const { decided, ...effects } = foreseen.value;
  const [only] = decided.items;
  if (only === undefined) throw new TypeError('a change of nothing');
  return done({ item: only.item, changes: decided.entries.length > 0, ...effects });
}

/** What would be done to the present catalogue; refused as it would be. */
export async function foreseeIn<D extends { readonly entries: readonly CatalogueEntry[] }>(
  mover: CatalogueMover,
  decide: Deciding<D, unknown>['decide'],
  condition: Condition,
  caller: Caller,
): Promise<Outcome<Foreseen<D>>> {
  const { catalogue } = await mover.timeline.refresh();
  const guard = guardBy(mover, caller, async (types) => {
    for (const type of types) {
      const refusal = await mover.types.look(type);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  });
  return foresee({ gate: mover.gate, views: mover.views.for(holderOf(caller)) }, catalogue, decide, condition, guard);
}

function guardBy(
  mover: CatalogueMover,
  caller: Caller,
  keepOut: (types: readonly TypeName[]) => Promise<Problem | undefined>,
): Guard {
  return async (entries, catalogue) => {
    const refusal = await keepOut(typesToGuard(entries, catalogue, foldCatalogue(catalogue, entries)));
    return refusal ?? useOf(mover, mover.views.for(holderOf(caller)), entries, catalogue);
  };
}

export function unknownType(name: string): Parameters<typeof problemOfRefusals>[0][number] {
  const message = `there is no event type "${name}": look for its right name`;
  return { code: 'event-type-unknown', path: 'name', message };
}
