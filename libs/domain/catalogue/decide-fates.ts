/** Decides commands on fates: entries to journal and an answer, or every fault at once. */
import type { TypeReference } from '../names.js';
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type { AmendFate, DefineFates, FateDefinition } from './commands.js';
import type { CatalogueDecision, CatalogueItem } from './decide.js';
import type { Actor, FateAmended, FateDefined } from './entries.js';
import { amendedFate, definedFate } from './evolve.js';
import type { FateId } from './ids.js';
import { beyondLimits, fateTextLength } from './limits.js';
import { PlannedFates, type FatesBeside } from './planned-fates.js';
import { findEventType, findFate, isFateName } from './resolve.js';
import type { Catalogue, EventType, Fate } from './state.js';

/**
 * Paths are `[3].creates`, `[3]` where the whole item clashes, and the field's name for an amendment. An item of a
 * definition may follow an earlier one, by the name it has or the number it will get. All or none. Where a
 * limit would be passed: `catalogue-full`, with an empty path.
 */
export function decideFates(command: DefineFates | AmendFate, catalogue: Catalogue): Decision<CatalogueDecision<Fate>> {
  return command.kind === 'DefineFates' ? defineAll(command, catalogue) : amend(command, catalogue);
}

function defineAll(command: DefineFates, catalogue: Catalogue): Decision<CatalogueDecision<Fate>> {
  const entries: FateDefined[] = [];
  const items: CatalogueItem<Fate>[] = [];
  const refusals: Refusal[] = [];
  const planned = new PlannedFates(catalogue);
  for (const [index, definition] of command.definitions.entries()) {
    const item = new FateItem(definition, `[${index}]`, catalogue, planned, refusals);
    const entry = item.decide(command);
    if (entry === null) {
      planned.refuse(definition);
      continue;
    }
    const existing = planned.sameRule(entry);
    if (existing === undefined) {
      const fate = definedFate(entry);
      planned.add(fate);
      entries.push(entry);
      items.push({ item: fate, created: true });
    } else {
      items.push({ item: existing, created: false });
    }
  }
  const added = items.filter(({ created }) => created).map(({ item }) => item);
  refusals.push(...beyondLimits(catalogue, { fates: added }));
  return refusals.length === 0 ? accepted({ entries, items }) : refused(...refusals);
}

/** One definition under decision, beside the fates that there will be: collects its faults. */
export class FateItem {
  constructor(
    private readonly definition: FateDefinition,
    private readonly path: string,
    private readonly catalogue: Pick<Catalogue, 'types'>,
    private readonly planned: FatesBeside,
    private readonly refusals: Refusal[],
  ) {}

  /** The entry that would define it, also where the same is in force already; null where it is refused. */
  decide({ by, now: recordedAt }: Pick<DefineFates, 'by' | 'now'>): FateDefined | null {
    const faultsBefore = this.refusals.length;
    const { intermediate, onRepeat, name, description } = this.definition;
    const creates = this.type('creates', this.definition.creates);
    const completedBy = this.type('completedBy', this.definition.completedBy);
    const follows = this.follows(creates);
    if (intermediate && onRepeat === 'absorb') {
      const message =
        'Only what a starting fate opens can be absorbed; leave onRepeat away, or let the fate not be intermediate.';
      this.refuse('fate-not-starting', '.onRepeat', message);
    }
    if (name !== null && !isFateName(name)) this.refuse('fate-name-invalid', '.name', invalidName(name));
    if (!creates || !completedBy || follows === undefined || this.refusals.length > faultsBefore) {
      this.refuseTakenName(false);
      return null;
    }
    const entry: FateDefined = {
      kind: 'FateDefined',
      id: this.planned.nextId,
      creates: creates.name,
      completedBy: completedBy.name,
      intermediate,
      follows,
      onRepeat,
      name,
      description,
      actors: normalActors(this.definition.actors),
      by,
      recordedAt,
    };
    const existing = this.planned.sameRule(entry);
    const differing = existing ? differences(existing, entry) : [];
    if (existing && differing.length > 0) this.refuse('fate-exists', '', clash(existing, differing));
    const retired = existing === undefined ? this.planned.retiredSame(entry) : undefined;
    if (retired) this.refuse('fate-exists', '', retiredAlready(retired));
    else if (!existing) this.refuseTakenName(true);
    return this.refusals.length > faultsBefore ? null : entry;
  }

  private type(field: 'creates' | 'completedBy', reference: TypeReference): EventType | null {
    const type = findEventType(this.catalogue, reference);
    if (type?.status === 'in-force') return type;
    const name = type?.name ?? written(reference);
    if (type) this.refuse('event-type-retired', `.${field}`, `The event type ${name} is retired; name another.`);
    else this.refuse('event-type-unknown', `.${field}`, `There is no event type ${name}; define it first.`);
    return null;
  }

  /** The number to store; undefined where it is refused, or follows an item that is. */
  private follows(creates: EventType | null): FateId | null | undefined {
    const { follows: reference, intermediate } = this.definition;
    if (reference === null) return null;
    if (!intermediate) {
      const message = `Only an intermediate fate can follow another; leave follows (${reference}) away, or say intermediate.`;
      this.refuse('fate-not-intermediate', '.follows', message);
    }
    const fate = this.planned.find(reference);
    if (fate === 'refused') return undefined;
    if (!fate) {
      const message = `There is no fate ${reference}; name one that is in force, or an earlier item.`;
      this.refuse('fate-unknown', '.follows', message);
      return undefined;
    }
    if (fate.status === 'retired') {
      this.refuse('fate-retired', '.follows', `The fate ${reference} is retired; name another.`);
    }
    if (creates && fate.completedBy !== creates.name) {
      const message = `The fate ${reference} is completed by ${fate.completedBy}, but this one creates ${creates.name}; follow one that ${creates.name} completes.`;
      this.refuse('fate-follows-mismatch', '.follows', message);
    }
    return fate.id;
  }

  /** `isNew`: no fate in force has its rule. Where that is not known, the name's owner may be that very fate, defined again. */
  private refuseTakenName(isNew: boolean): void {
    const { name } = this.definition;
    const owner = name === null ? undefined : this.planned.named(name);
    if (owner && (isNew || owner.status === 'retired')) this.refuse('fate-name-taken', '.name', takenName(owner));
  }

  private refuse(code: Refusal['code'], field: string, message: string): void {
    this.refusals.push({ code, path: this.path + field, message });
  }
}

type FateChanges = Pick<AmendFate, 'name' | 'description' | 'actors'>;

/** What of `wanted` is not so; what is absent stays as it is. */
export function fateChanges(fate: Fate, wanted: FateChanges): FateChanges {
  const { name, description } = wanted;
  const actors = wanted.actors && normalActors(wanted.actors);
  return {
    ...(name !== undefined && name !== fate.name && { name }),
    ...(description !== undefined && description !== fate.description && { description }),
    ...(actors && !sameActors(actors, fate.actors) && { actors }),
  };
}

function amend(command: AmendFate, catalogue: Catalogue): Decision<CatalogueDecision<Fate>> {
  const { by, now: recordedAt } = command;
  const fate = findFate(catalogue, command.fate);
  if (!fate) {
    const message = `There is no fate ${command.fate}; name one by its number or its name.`;
    return refused({ code: 'fate-unknown', path: 'fate', message });
  }
  const changes = fateChanges(fate, command);
  if (typeof changes.name === 'string') {
    if (!isFateName(changes.name)) {
      return refused({ code: 'fate-name-invalid', path: 'name', message: invalidName(changes.name) });
    }
    const taken = findFate(catalogue, changes.name);
    if (taken) return refused({ code: 'fate-name-taken', path: 'name', message: takenName(taken) });
  }
  if (Object.keys(changes).length === 0) return accepted({ entries: [], items: [{ item: fate, created: false }] });
  const entry: FateAmended = { kind: 'FateAmended', id: fate.id, ...changes, by, recordedAt };
  const item = amendedFate(fate, entry);
  const refusals = beyondLimits(catalogue, { fates: [item], replacing: fateTextLength(fate) });
  return refusals.length > 0 ? refused(...refusals) : accepted({ entries: [entry], items: [{ item, created: false }] });
}

/** As they are stored: each once, in alphabetical order. */
export function normalActors(actors: readonly Actor[]): readonly Actor[] {
  return [...new Set(actors)].sort();
}

function sameActors(one: readonly Actor[], other: readonly Actor[]): boolean {
  return normalActors(one).join() === normalActors(other).join();
}

/** The fields in which definitions of one rule may differ. */
function differences(existing: Fate, entry: FateDefined): readonly string[] {
  return [...Object.keys(fateChanges(existing, entry)), ...(existing.onRepeat === entry.onRepeat ? [] : ['onRepeat'])];
}

function clash({ id, onRepeat }: Fate, differing: readonly string[]): string {
  const next = differing.includes('onRepeat')
    ? `its onRepeat is "${onRepeat}" and never changes`
    : `to change that, PATCH /fates/${id}`;
  return `The same rule is in force as fate ${id} with another ${differing.join(' and ')}; ${next}.`;
}

function retiredAlready({ id }: Fate): string {
  return `The same rule is defined as fate ${id}, and retired; restore that: POST /fates/${id}/restore.`;
}

function takenName({ id, name, status }: Fate): string {
  const whose = status === 'retired' ? `fate ${id}, which is retired` : `fate ${id}`;
  return `The name "${name ?? ''}" belongs to ${whose}; choose another.`;
}

function invalidName(name: string): string {
  return `"${name}" cannot be a fate's name: it must not be empty, read as a number or have space at its ends.`;
}

function written(reference: TypeReference): string {
  return typeof reference === 'string' ? `"${reference}"` : `"${reference.category}" with state "${reference.state}"`;
}
