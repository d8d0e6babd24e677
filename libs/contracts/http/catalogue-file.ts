/** The catalogue as a file: what is in force, as commands define it; and what became of one that was put in its place. */
import { MAX_EVENT_TYPES, MAX_FATES } from '#domain';
import type { CatalogueChanges, CatalogueFile, EventType, Fate, ItemChange } from '#domain';
import { mapInTurns } from '../turns.js';
import { actor } from './catalogue.js';
import { eventTypeRequest, fateRequest } from './catalogue-requests.js';
import { affectedLabors } from './foreseen.js';
import type { JsonSchema } from './json-schema.js';
import * as names from './names.js';
import { checked, component, count, described, eitherOf, extended, fields, flag } from './schema.js';
import { listOf, nullable, oneOf, text, yes, type Infer, type Schema } from './schema.js';

/** The items are checked one by one, in turns with other requests: see {@link CatalogueFileBody}. */
function itemsOf<T>(items: Schema<T>, maxItems: number): Schema<readonly T[]> {
  const json: JsonSchema = { type: 'array', items, maxItems };
  return checked(json, (value) => {
    if (!Array.isArray(value)) return 'is no array: give one, perhaps without items';
    return value.length <= maxItems ? undefined : `has ${value.length} items: at most ${maxItems} are possible`;
  });
}

export const catalogueFile = component(
  'CatalogueFile',
  fields(
    { eventTypes: itemsOf(eventTypeRequest, MAX_EVENT_TYPES), fates: itemsOf(fateRequest, MAX_FATES) },
    'All that is meant to be in force. `follows` names another item by its name, wherever it stands, or by its number a fate that another item is.',
  ),
);
export type CatalogueFileBody = Infer<typeof catalogueFile>;

const amendable = component(
  'CatalogueFields',
  fields({
    'description?': nullable(text),
    'restricted?': flag,
    'name?': nullable(text),
    'actors?': listOf(actor),
  }),
);

export const catalogueChange = component(
  'CatalogueChange',
  fields({
    change: oneOf('defined', 'amended', 'retired', 'restored'),
    'eventType?': names.typeName,
    'fate?': described(names.number, 'Of a dry run that would define it: the number that it would get.'),
    'name?': nullable(text),
    'creates?': names.typeName,
    'completedBy?': names.typeName,
    'from?': described(amendable, 'What was otherwise before, where it was amended as well.'),
    'to?': amendable,
  }),
);
type ChangeBody = Infer<typeof catalogueChange>;

const replaced = fields({
  revision: { ...count, description: 'The number of entries of the catalogue.' },
  changes: listOf(catalogueChange),
  unchanged: { ...count, description: 'Event types and fates that were in force as the file has them.' },
  'position?': { ...names.position, description: 'Absent while the catalogue never had an entry.' },
});
export const catalogueReplaced = component('CatalogueReplaced', replaced);
export type CatalogueReplacedBody = Infer<typeof catalogueReplaced>;

export const catalogueForeseen = component(
  'CatalogueForeseen',
  extended(replaced, {
    dryRun: yes,
    labors: listOf(affectedLabors),
    'typesOmitted?': { ...count, description: 'Types that are affected beside those of `labors`.' },
  }),
);
export type CatalogueForeseenBody = Infer<typeof catalogueForeseen>;
/** The outcome, or that of a dry run. */
export const catalogueTaken = component('CatalogueTaken', eitherOf(catalogueReplaced, catalogueForeseen));

/** Without what a definition says by saying nothing. */
export async function presentCatalogueFile({ eventTypes, fates }: CatalogueFile): Promise<CatalogueFileBody> {
  return {
    eventTypes: await mapInTurns(eventTypes, ({ category, state, description, restricted }) => ({
      ...{ category, state },
      ...(description !== null && { description }),
      ...(restricted && { restricted }),
    })),
    fates: await mapInTurns(fates, (fate) => ({
      ...(fate.name !== null && { name: fate.name }),
      ...{ creates: fate.creates, completedBy: fate.completedBy },
      ...(fate.intermediate && { intermediate: true }),
      ...(fate.follows !== null && { follows: fate.follows }),
      ...(fate.onRepeat !== 'open' && { onRepeat: fate.onRepeat }),
      ...(fate.actors.length > 0 && { actors: fate.actors }),
      ...(fate.description !== null && { description: fate.description }),
    })),
  };
}

export async function presentChanges({ eventTypes, fates }: CatalogueChanges): Promise<readonly ChangeBody[]> {
  return [...(await mapInTurns(eventTypes, typeChange)), ...(await mapInTurns(fates, fateChange))];
}

function typeChange({ change, before, after }: ItemChange<EventType>): ChangeBody {
  return { change, eventType: after.name, ...differing(before, after, ['description', 'restricted']) };
}

function fateChange({ change, before, after }: ItemChange<Fate>): ChangeBody {
  const { id: fate, name, creates, completedBy } = after;
  const shown = { fate, name, creates, completedBy };
  return { change, ...shown, ...differing(before, after, ['name', 'description', 'actors']) };
}

function differing<T extends object>(
  before: T | undefined,
  after: T,
  among: readonly (keyof T)[],
): Pick<ChangeBody, 'from' | 'to'> {
  if (before === undefined) return {};
  const differ = among.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  if (differ.length === 0) return {};
  const of = (thing: T) => Object.fromEntries(differ.map((field) => [field, thing[field]]));
  return { from: of(before), to: of(after) };
}
