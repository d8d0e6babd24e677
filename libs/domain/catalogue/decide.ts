/** Decides commands on event types: entries to journal and an answer, or every fault at once. Fates are decided in `decide-fates.ts`. */
import { typeName, type TypeName } from '../names.js';
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type { AmendEventType, DefineEventTypes, EventTypeDefinition } from './commands.js';
import type { CatalogueEntry, EventTypeDefined } from './entries.js';
import { amendedType, definedType } from './evolve.js';
import type { EventTypeId } from './ids.js';
import { beyondLimits, typeTextLength } from './limits.js';
import type { Catalogue, EventType } from './state.js';

/** One item of a command, in its order. `created` is false where it was in force already, and for amendments. */
export interface CatalogueItem<T> {
  readonly item: T;
  readonly created: boolean;
}

/** The catalogue folded with `entries` has `items`, the same. No entries: nothing changes. */
export interface CatalogueDecision<T> {
  readonly entries: readonly CatalogueEntry[];
  readonly items: readonly CatalogueItem<T>[];
}

/**
 * All or none. Refuses definitions with `event-type-exists` (path `[3]`), an amendment with `event-type-unknown` (path `name`),
 * and both with `catalogue-full` where they would pass a limit.
 */
export function decideEventTypes(
  command: DefineEventTypes | AmendEventType,
  catalogue: Catalogue,
): Decision<CatalogueDecision<EventType>> {
  return command.kind === 'DefineEventTypes' ? defineAll(command, catalogue) : amend(command, catalogue);
}

function defineAll(command: DefineEventTypes, catalogue: Catalogue): Decision<CatalogueDecision<EventType>> {
  const entries: EventTypeDefined[] = [];
  const items: CatalogueItem<EventType>[] = [];
  const refusals: Refusal[] = [];
  const added = new Map<TypeName, EventType>();
  for (const [index, definition] of command.definitions.entries()) {
    const name = typeName(definition.category, definition.state);
    const existing = added.get(name) ?? catalogue.types.get(name);
    if (existing) {
      const message = clash(definition, existing);
      if (message === null) items.push({ item: existing, created: false });
      else refusals.push({ code: 'event-type-exists', path: `[${index}]`, message });
      continue;
    }
    const entry = typeDefinition(definition, catalogue.nextEventTypeId + entries.length, command);
    const item = definedType(entry);
    entries.push(entry);
    items.push({ item, created: true });
    added.set(name, item);
  }
  refusals.push(...beyondLimits(catalogue, { types: [...added.values()] }));
  return refusals.length === 0 ? accepted({ entries, items }) : refused(...refusals);
}

/** As it is journalled under this number. */
export function typeDefinition(
  { category, state, description, restricted }: EventTypeDefinition,
  id: number,
  { by, now: recordedAt }: Pick<DefineEventTypes, 'by' | 'now'>,
): EventTypeDefined {
  const parts = { category, state, description, restricted };
  return { kind: 'EventTypeDefined', id: id as EventTypeId, ...parts, by, recordedAt };
}

/** Why another pair cannot have the name of `existing`. */
export function takenByPair({ name, category, state }: EventType): string {
  return `The name ${name} belongs to the category "${category}" with the state "${state}"; choose parts that make another name.`;
}

/** Why `definition` cannot stand beside `existing`, which has its name; null where it says the same. */
function clash(definition: EventTypeDefinition, existing: EventType): string | null {
  const { name } = existing;
  if (existing.category !== definition.category) return takenByPair(existing);
  if (existing.status === 'retired')
    return `${name} is defined already, and retired; restore it: POST /event-types/${name}/restore.`;
  const differing = Object.keys(typeChanges(existing, definition));
  if (differing.length === 0) return null;
  return `${name} is defined already with another ${differing.join(' and ')}; to change that, PATCH /event-types/${name}.`;
}

/** What of `wanted` is not so; what is absent stays as it is. */
export function typeChanges(
  type: EventType,
  { description, restricted }: Pick<AmendEventType, 'description' | 'restricted'>,
): Pick<AmendEventType, 'description' | 'restricted'> {
  return {
    ...(description !== undefined && description !== type.description && { description }),
    ...(restricted !== undefined && restricted !== type.restricted && { restricted }),
  };
}

function amend(command: AmendEventType, catalogue: Catalogue): Decision<CatalogueDecision<EventType>> {
  const { name, by, now: recordedAt } = command;
  const type = catalogue.types.get(name);
  if (!type) {
    return refused({
      code: 'event-type-unknown',
      path: 'name',
      message: `There is no event type ${name}; define it first.`,
    });
  }
  const changes = typeChanges(type, command);
  if (Object.keys(changes).length === 0) return accepted({ entries: [], items: [{ item: type, created: false }] });
  const entry = { kind: 'EventTypeAmended', id: type.id, ...changes, by, recordedAt } as const;
  const item = amendedType(type, entry);
  const refusals = beyondLimits(catalogue, { types: [item], replacing: typeTextLength(type) });
  return refusals.length > 0 ? refused(...refusals) : accepted({ entries: [entry], items: [{ item, created: false }] });
}
