/** How entries of the catalogue's stream are stored. */
import { parseEventTypeId, parseFateId, type CatalogueEntry } from '#domain';
import { CATALOGUE_STREAM } from '../streams.js';
import { amended, eventTypeName, flag, listOf, numbered, oneOf, optional, text, typePart } from './fields.js';
import { streamCodec } from './stream-codec.js';

const by = optional(text);
const description = optional(text);
const name = optional(text);
const actors = listOf(oneOf('owner', 'creator'));
const fate = numbered(parseFateId);
/** Entries that say nothing but which type or fate, and who asked. */
const ofType = { id: numbered(parseEventTypeId), by };
const ofFate = { id: fate, by };

export const catalogueCodec = streamCodec<CatalogueEntry, true>("the catalogue's stream", isCatalogue, {
  EventTypeDefined: {
    fields: { ...ofType, category: typePart, state: typePart, description, restricted: flag },
  },
  EventTypeAmended: { fields: { ...ofType, description: amended(description), restricted: amended(flag) } },
  EventTypeRetired: { fields: ofType },
  EventTypeRestored: { fields: ofType },
  EventTypeDeleted: { fields: ofType },
  FateDefined: {
    fields: {
      ...ofFate,
      creates: eventTypeName,
      completedBy: eventTypeName,
      intermediate: flag,
      follows: optional(fate),
      onRepeat: oneOf('open', 'absorb'),
      name,
      description,
      actors,
    },
  },
  FateAmended: {
    fields: { ...ofFate, name: amended(name), description: amended(description), actors: amended(actors) },
  },
  FateRetired: { fields: ofFate },
  FateRestored: { fields: ofFate },
  FateDeleted: { fields: ofFate },
});

/** There is one catalogue: its stream's name says nothing more. */
function isCatalogue(stream: string): true | undefined {
  return stream === CATALOGUE_STREAM ? true : undefined;
}
