/**
 * Retiring, restoring and deleting event types and fates (rule 10). The catalogue's stream decides at an exact revision;
 * before, and until the entry stands, batches of quests are kept out of the types that they would lose.
 */
import { failed, type Outcome, type Problem, type Uuid } from '#contracts';
import {
  decideFateMove,
  decideTypeMove,
  findEventType,
  findFate,
  foldCatalogue,
  parseFateReference,
  parseTypeName,
  typesToGuard,
  type EventType,
  type Fate,
  type Instant,
  type StatusMove,
  type TypeName,
} from '#domain';
import {
  asSeen,
  changeCatalogue,
  type CatalogueWriter,
  type Condition,
  type Decide,
  type Guard,
  type Item,
} from './catalogue-commands.js';
import type { Gate } from '../reading/gate.js';
import { foresee, type ForesightViews } from './catalogue-effects.js';
import { useOf, type UseViews } from './catalogue-uses.js';
import type { IngestRequest } from './deciding/request.js';
import { holderOf } from './holders.js';
import type { Caller, CatalogueChange, ForeseenChange, Unchanged } from './ingest.js';
import { problemOfRefusals } from './problems.js';
import type { EmbarkingTypes } from './quests/embarking-types.js';

export interface CatalogueMover extends CatalogueWriter {
  readonly gate: Gate;
  readonly types: EmbarkingTypes;
  readonly views: { for(holder: string): UseViews & ForesightViews };
  readonly newId: () => Uuid;
  readonly now: () => Instant;
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

export async function moveInCatalogue<T extends Item>(
  mover: CatalogueMover,
  { decide, condition }: Move<T>,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<CatalogueChange<T>>> {
  const by = mover.newId();
  const closed = new Set<TypeName>();
  const close = async (type: TypeName): Promise<Problem | undefined> => {
    const refusal = await mover.types.close(type, by);
    if (refusal === undefined) closed.add(type);
    return refusal;
  };
  // an entry that may still come to be stored keeps the types closed, until that is forgotten
  let mayCome = true;
  try {
    const outcome = await changeCatalogue(mover, request, caller, decide, condition, guardBy(mover, caller, close));
    mayCome = !outcome.ok && outcome.problem.code === 'outcome-unknown';
    return outcome;
  } finally {
    if (!mayCome) for (const type of closed) await mover.types.open(type, by);
  }
}

/** What the move would do; refused as it would be. */
export async function foreseeMove<T>(
  mover: CatalogueMover,
  { decide, condition }: Move<T>,
  caller: Caller,
): Promise<Outcome<ForeseenChange<T>>> {
  const { catalogue } = await mover.timeline.refresh();
  const guard = guardBy(mover, caller, (type) => mover.types.look(type));
  return foresee({ gate: mover.gate, views: mover.views.for(holderOf(caller)) }, catalogue, decide, condition, guard);
}

function guardBy(
  mover: CatalogueMover,
  caller: Caller,
  keepOut: (type: TypeName) => Promise<Problem | undefined>,
): Guard {
  return async (entries, catalogue) => {
    for (const type of typesToGuard(entries, catalogue, foldCatalogue(catalogue, entries))) {
      const refusal = await keepOut(type);
      if (refusal !== undefined) return refusal;
    }
    return useOf(mover, mover.views.for(holderOf(caller)), entries, catalogue);
  };
}

export function unknownType(name: string): Parameters<typeof problemOfRefusals>[0][number] {
  const message = `there is no event type "${name}": look for its right name`;
  return { code: 'event-type-unknown', path: 'name', message };
}
