/**
 * The way from the catalogue as it is to one in which exactly a file's items are in force. Pure: entries that the catalogue's
 * other commands would have decided one after the other, in an order in which none of them is refused.
 *
 * A fate of the file is a fate that there is, where the rule is the same: the one with its name, else the one in force, else one
 * that is retired. Rules never change: another rule under a known name is another fate, which takes the name over.
 */
import { typeName, type TypeName } from '../names.js';
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type { FateDefinition, FateReference, ReplaceCatalogue } from './commands.js';
import { takenByPair, typeChanges, typeDefinition } from './decide.js';
import { FateItem, fateChanges } from './decide-fates.js';
import type { CatalogueEntry, FateDefined } from './entries.js';
import { definedFate, definedType, foldCatalogue } from './evolve.js';
import { ruleKey, sayingKey, type Saying } from './fate-index.js';
import { followedFirst } from './file.js';
import type { FateId } from './ids.js';
import { grownBeyondLimits } from './limits.js';
import { FileFaults } from './plan-faults.js';
import type { FatesBeside } from './planned-fates.js';
import { parseFateReference } from './resolve.js';
import type { Catalogue, EventType, Fate } from './state.js';

/** Items that are looked at in one step. */
const STEP = 200;

export interface CataloguePlan {
  readonly entries: readonly CatalogueEntry[];
  /** The catalogue with them. */
  readonly after: Catalogue;
}

type Steps<T> = Generator<void, T, void>;

/**
 * In steps: a file may have thousands of items. Refusals name every fault, up to `MAX_FAULTS`, by its place in the file
 * (`fates[3].follows`), `catalogue-full` with an empty path. No entries: it is so already.
 *
 * The entries restore and define event types, retire fates (followers before the followed), bring the others into force (the
 * followed first), and then retire event types. They are stored together, so that no event finds a part of them.
 */
export function* planCatalogue(
  command: ReplaceCatalogue,
  catalogue: Catalogue,
): Generator<void, Decision<CataloguePlan>, void> {
  const faults = new FileFaults();
  const types = yield* planTypes(command, catalogue, faults);
  const fates = faults.isFull ? [] : yield* planFates(command, catalogue, types.wanted, faults);
  if (faults.size > 0) return refused(...faults.inOrder());
  const entries = [...types.entries, ...fates, ...retiredTypes(command, catalogue, types.wanted)];
  let after = catalogue;
  for (let from = 0; from < entries.length; from += STEP) {
    yield;
    after = foldCatalogue(after, entries.slice(from, from + STEP));
  }
  const tooLarge = grownBeyondLimits(catalogue, after);
  return tooLarge.length > 0 ? refused(...tooLarge) : accepted({ entries, after });
}

interface PlannedTypes {
  readonly entries: readonly CatalogueEntry[];
  /** All in force, as they will be; those that are refused as well, so that no fate is blamed for them. */
  readonly wanted: ReadonlyMap<TypeName, EventType>;
}

function* planTypes(command: ReplaceCatalogue, catalogue: Catalogue, faults: FileFaults): Steps<PlannedTypes> {
  const { by, now: recordedAt } = command;
  const entries: CatalogueEntry[] = [];
  const wanted = new Map<TypeName, EventType>();
  let nextId = catalogue.nextEventTypeId;
  for (const [index, definition] of command.wanted.eventTypes.entries()) {
    if (index % STEP === 0) yield;
    if (faults.isFull) break;
    const name = typeName(definition.category, definition.state);
    const path = `eventTypes[${index}]`;
    const present = catalogue.types.get(name);
    if (wanted.has(name)) {
      faults.add(index, { code: 'event-type-exists', path, message: `${name} is in the file twice; leave one out.` });
    } else if (present === undefined) {
      const entry = typeDefinition(definition, nextId, command);
      nextId += 1;
      entries.push(entry);
      wanted.set(name, definedType(entry));
    } else {
      wanted.set(name, { ...present, status: 'in-force' });
      if (present.category !== definition.category) {
        faults.add(index, { code: 'event-type-exists', path, message: takenByPair(present) });
        continue;
      }
      const { id } = present;
      if (present.status === 'retired') entries.push({ kind: 'EventTypeRestored', id, by, recordedAt });
      const changes = typeChanges(present, definition);
      if (hasAny(changes)) entries.push({ kind: 'EventTypeAmended', id, ...changes, by, recordedAt });
    }
  }
  return { entries, wanted };
}

function retiredTypes(
  { by, now: recordedAt }: ReplaceCatalogue,
  { types }: Catalogue,
  wanted: PlannedTypes['wanted'],
): readonly CatalogueEntry[] {
  const retired = [...types.values()].filter(({ name, status }) => status === 'in-force' && !wanted.has(name));
  return retired.map(({ id }) => ({ kind: 'EventTypeRetired', id, by, recordedAt }));
}

function* planFates(
  command: ReplaceCatalogue,
  catalogue: Catalogue,
  types: PlannedTypes['wanted'],
  faults: FileFaults,
): Steps<readonly CatalogueEntry[]> {
  const { fates: definitions, eventTypes } = command.wanted;
  const placeOf = (index: number): number => eventTypes.length + index;
  const planned = yield* fileFates(catalogue, definitions);
  const { order, circles } = followedFirst(definitions);
  yield;
  const faultsBefore = faults.size;
  for (const index of circles) {
    if (faults.isFull) break;
    const message = 'The fates of the file follow each other in a circle; let one of them follow another, or none.';
    faults.add(placeOf(index), { code: 'fate-follows-mismatch', path: `fates[${index}].follows`, message });
  }
  for (const [nth, index] of order.entries()) {
    if (nth % STEP === 0) yield;
    const definition = definitions[index];
    if (definition === undefined) continue;
    if (faults.isFull) break;
    const path = `fates[${index}]`;
    const own: Refusal[] = [];
    const { name } = definition;
    if (name !== null && planned.indexOf(name) !== index) {
      const message = `"${name}" is the name of two fates of the file; choose another for one of them.`;
      own.push({ code: 'fate-name-taken', path: `${path}.name`, message });
    }
    const entry = new FateItem(definition, path, { types }, planned, own).decide(command);
    if (entry !== null && !planned.take(index, entry)) {
      own.push({ code: 'fate-exists', path, message: 'The same rule is in the file twice; leave one out.' });
    }
    faults.add(placeOf(index), ...own);
  }
  if (faults.size > faultsBefore) return [];
  for (const [index, { follows }] of definitions.entries()) {
    if (faults.isFull) break;
    const number = follows === null ? follows : parsed(follows);
    if (typeof number !== 'number' || planned.wanted.has(number)) continue;
    const message = `The fate ${number} is not in the file, and so it would be retired; put it in, or follow another.`;
    faults.add(placeOf(index), { code: 'fate-retired', path: `fates[${index}].follows`, message });
  }
  yield;
  return yield* fateEntries(command, catalogue, planned.wanted);
}

function* fileFates(catalogue: Catalogue, definitions: readonly FateDefinition[]): Steps<FileFates> {
  const planned = new FileFates(catalogue, definitions);
  let count = 0;
  for (const fate of catalogue.fates.values()) {
    if ((count += 1) % STEP === 0) yield;
    planned.know(fate);
  }
  yield;
  return planned;
}

/** The fates of the file among which each of them is decided. What may not be twice in it is looked at apart. */
class FileFates implements FatesBeside {
  /** By number, as they will be; those of the catalogue as the file has them. */
  readonly wanted = new Map<FateId, Fate>();
  private readonly byIndex = new Map<number, Fate>();
  private readonly indexes = new Map<string, number>();
  private readonly rules = new Set<string>();
  private readonly present = new Map<string, Fate[]>();
  private next: number;

  constructor(
    private readonly catalogue: Catalogue,
    definitions: readonly FateDefinition[],
  ) {
    this.next = catalogue.nextFateId;
    for (const [index, { name }] of definitions.entries()) {
      if (name !== null && !this.indexes.has(name)) this.indexes.set(name, index);
    }
  }

  /** To be called with each fate of the catalogue, by number, before anything is taken. */
  know(fate: Fate): void {
    const saying = sayingKey(fate);
    const same = this.present.get(saying);
    if (same === undefined) this.present.set(saying, [fate]);
    else same.push(fate);
  }

  get nextId(): FateId {
    return this.next as FateId;
  }

  /** Of the first item with this name. */
  indexOf(name: string): number | undefined {
    return this.indexes.get(name);
  }

  /** A number is that of a fate that there is, whether or not it is in force now: the file may restore it. */
  find(reference: FateReference): Fate | 'refused' | undefined {
    const known = parsed(reference);
    if (typeof known === 'number') {
      const fate = this.catalogue.fates.get(known);
      return fate && { ...fate, status: 'in-force' };
    }
    const index = this.indexes.get(known);
    return index === undefined ? undefined : (this.byIndex.get(index) ?? 'refused');
  }

  named(): undefined {
    return undefined;
  }

  sameRule(): undefined {
    return undefined;
  }

  retiredSame(): undefined {
    return undefined;
  }

  /** False where an item before it has the rule. */
  take(index: number, entry: FateDefined): boolean {
    const rule = ruleKey(entry);
    if (this.rules.has(rule)) return false;
    this.rules.add(rule);
    const known = this.known(entry);
    if (known === undefined) this.next += 1;
    const fate: Fate = { ...definedFate(entry), id: known?.id ?? entry.id };
    this.byIndex.set(index, fate);
    this.wanted.set(fate.id, fate);
    return true;
  }

  private known(entry: Saying & Pick<Fate, 'name'>): Fate | undefined {
    const same = this.present.get(sayingKey(entry)) ?? [];
    const named = same.find(({ name }) => name !== null && name === entry.name);
    return named ?? same.find(({ status }) => status === 'in-force') ?? same[0];
  }
}

/** `wanted`: by number. A follower has a greater number than the fate that it follows. */
function* fateEntries(
  { by, now: recordedAt }: ReplaceCatalogue,
  { fates }: Catalogue,
  wanted: ReadonlyMap<FateId, Fate>,
): Steps<readonly CatalogueEntry[]> {
  const signed = { by, recordedAt };
  const owners = new Map<string, FateId>();
  for (const { id, name } of wanted.values()) if (name !== null) owners.set(name, id);
  // a name is free before another fate takes it
  const freed = new Set<FateId>();
  for (const { id, name } of fates.values()) {
    const owner = name === null ? undefined : owners.get(name);
    if (owner !== undefined && owner !== id) freed.add(id);
  }
  const retired = [...fates.values()].filter(({ id, status }) => status === 'in-force' && !wanted.has(id)).reverse();
  const entries: CatalogueEntry[] = [
    ...[...freed].map((id) => ({ kind: 'FateAmended', id, name: null, ...signed }) as const),
    ...retired.map(({ id }) => ({ kind: 'FateRetired', id, ...signed }) as const),
  ];
  yield;
  for (const [nth, fate] of [...wanted.values()].sort((one, other) => one.id - other.id).entries()) {
    if (nth % STEP === 0) yield;
    const { id } = fate;
    const present = fates.get(id);
    if (present === undefined) {
      const { status: _, principal: __, ...definition } = fate;
      entries.push({ kind: 'FateDefined', ...definition, ...signed });
      continue;
    }
    if (present.status === 'retired') entries.push({ kind: 'FateRestored', id, ...signed });
    const changes = fateChanges(freed.has(id) ? { ...present, name: null } : present, fate);
    if (hasAny(changes)) entries.push({ kind: 'FateAmended', id, ...changes, ...signed });
  }
  return entries;
}

function parsed(reference: FateReference): FateReference {
  return typeof reference === 'string' ? parseFateReference(reference) : reference;
}

function hasAny(changes: object): boolean {
  return Object.keys(changes).length > 0;
}
