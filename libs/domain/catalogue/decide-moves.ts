/**
 * Decides who may leave the catalogue, and come back (rule 10): an entry to journal, or every reason against it. Whether a
 * quest is embarking, and whether something was ever used, the catalogue does not know: ingest asks that beside.
 */
import type { TypeName } from '../names.js';
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type { MoveEventType, MoveFate, StatusMove } from './commands.js';
import type { CatalogueDecision } from './decide.js';
import type { CatalogueEntry } from './entries.js';
import { fateIndexOf, ruleKey } from './fate-index.js';
import { findFate } from './resolve.js';
import { isStarting } from './rules.js';
import type { Catalogue, EventType, Fate, Status } from './state.js';

/** Where a move leads; null: it is gone. */
const LEADS_TO: Readonly<Record<StatusMove, Status | null>> = { retire: 'retired', restore: 'in-force', delete: null };
const TYPE_ENTRIES = { retire: 'EventTypeRetired', restore: 'EventTypeRestored', delete: 'EventTypeDeleted' } as const;
const FATE_ENTRIES = { retire: 'FateRetired', restore: 'FateRestored', delete: 'FateDeleted' } as const;

/** Refusals have the path `name`. The item is the type as it will be; of one that is deleted, as it was last. */
export function decideTypeMove(
  { move, name, by, now: recordedAt }: MoveEventType,
  catalogue: Catalogue,
): Decision<CatalogueDecision<EventType>> {
  const type = catalogue.types.get(name);
  if (!type) {
    const message = `There is no event type ${name}; look for its right name: GET /event-types.`;
    return refused({ code: 'event-type-unknown', path: 'name', message });
  }
  const refusals = refusalsOfType(move, type, catalogue);
  const entry = { kind: TYPE_ENTRIES[move], id: type.id, by, recordedAt };
  return moved(move, type, entry, refusals);
}

/** Refusals have the path `fate`. The item is the fate as it will be; of one that is deleted, as it was last. */
export function decideFateMove(
  { move, fate: reference, by, now: recordedAt }: MoveFate,
  catalogue: Catalogue,
): Decision<CatalogueDecision<Fate>> {
  const fate = findFate(catalogue, reference);
  if (!fate) {
    const message = `There is no fate ${reference}; name one by its number or its name.`;
    return refused({ code: 'fate-unknown', path: 'fate', message });
  }
  const refusals = refusalsOfFate(move, fate, catalogue);
  return moved(move, fate, { kind: FATE_ENTRIES[move], id: fate.id, by, recordedAt }, refusals);
}

/**
 * The types of which no quest may be embarking when `entries` are journalled: what is retired or deleted, and what nothing
 * starts any more. By name: who keeps quests out of several waits for no other that does the same the other way round.
 */
export function typesToGuard(
  entries: readonly CatalogueEntry[],
  before: Catalogue,
  after: Catalogue,
): readonly TypeName[] {
  const guarded = new Set<TypeName>();
  const leaving = new Set<number>();
  for (const entry of entries) {
    if (entry.kind === 'EventTypeRetired' || entry.kind === 'EventTypeDeleted') leaving.add(entry.id);
    if (entry.kind !== 'FateRetired' && entry.kind !== 'FateDeleted') continue;
    const fate = before.fates.get(entry.id);
    if (fate !== undefined && !fate.intermediate && !isStarting(after, fate.creates)) guarded.add(fate.creates);
  }
  for (const { id, name } of before.types.values()) if (leaving.has(id)) guarded.add(name);
  return [...guarded].sort();
}

function moved<T extends EventType | Fate>(
  move: StatusMove,
  item: T,
  entry: CatalogueEntry,
  refusals: readonly Refusal[],
): Decision<CatalogueDecision<T>> {
  const status = LEADS_TO[move];
  if (item.status === status) return accepted({ entries: [], items: [{ item, created: false }] });
  if (refusals.length > 0) return refused(...refusals);
  const after = status === null ? item : { ...item, status };
  return accepted({ entries: [entry], items: [{ item: after, created: false }] });
}

function refusalsOfType(move: StatusMove, { name, status }: EventType, catalogue: Catalogue): readonly Refusal[] {
  if (move === 'restore') return [];
  const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, path: 'name', message });
  if (move === 'delete' && status === 'in-force') {
    return [refuse('not-retired', `The event type ${name} is in force; retire it first.`)];
  }
  const naming = [...catalogue.fates.values()].filter(
    (fate) => (fate.creates === name || fate.completedBy === name) && (move === 'delete' || fate.status === 'in-force'),
  );
  const next = move === 'delete' ? 'delete' : 'retire';
  return naming.map((fate) =>
    refuse('in-use', `The fate ${titleOf(fate)} names the event type ${name}; ${next} that first.`),
  );
}

function refusalsOfFate(move: StatusMove, fate: Fate, catalogue: Catalogue): readonly Refusal[] {
  const refuse = (code: Refusal['code'], message: string): Refusal => ({ code, path: 'fate', message });
  if (move === 'restore') return restoring(fate, catalogue).map(([code, message]) => refuse(code, message));
  if (move === 'delete' && fate.status === 'in-force') {
    return [refuse('not-retired', `The fate ${titleOf(fate)} is in force; retire it first.`)];
  }
  const following = [...catalogue.fates.values()].filter(
    ({ follows, status }) => follows === fate.id && (move === 'delete' || status === 'in-force'),
  );
  const next = move === 'delete' ? 'delete' : 'retire';
  return following.map((other) =>
    refuse('in-use', `The fate ${titleOf(other)} follows the fate ${titleOf(fate)}; ${next} that first.`),
  );
}

/**
 * What a definition would be refused for as well: the checks that may come out otherwise than when it was defined. Those of
 * one code, which is the answer's: where another is left, the next try names it.
 */
function restoring(fate: Fate, catalogue: Catalogue): readonly (readonly [Refusal['code'], string])[] {
  const reasons: (readonly [Refusal['code'], string])[] = [];
  for (const name of new Set([fate.creates, fate.completedBy])) {
    const type = catalogue.types.get(name);
    if (type?.status === 'in-force') continue;
    const next = type === undefined ? 'define it first' : `restore it first: POST /event-types/${name}/restore`;
    reasons.push(['event-type-retired', `The event type ${name} is not in force; ${next}.`]);
  }
  const followed = fate.follows === null ? undefined : catalogue.fates.get(fate.follows);
  if (fate.follows !== null && followed?.status !== 'in-force') {
    reasons.push([
      'fate-retired',
      `The fate ${fate.follows}, which this one follows, is not in force; restore it first.`,
    ]);
  }
  const twin = fateIndexOf(catalogue).byRule.get(ruleKey(fate));
  if (twin !== undefined && twin !== fate.id) {
    reasons.push(['fate-exists', `The same rule is in force as fate ${twin}; retire that first.`]);
  }
  return reasons.filter(([code]) => code === reasons[0]?.[0]);
}

/** `3`, or `3 "reboot"`. */
function titleOf({ id, name }: Fate): string {
  return name === null ? String(id) : `${id} "${name}"`;
}
