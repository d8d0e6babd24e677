/** Hosts: one of a list, and all about one. */
import { MAX_INVENTORIES } from '#domain';
import { attributes, eventBody } from './event.js';
import { laborBody, nextEventBody } from './labor.js';
import { hostAliases } from './host-names.js';
import { pageOf } from './list.js';
import * as names from './names.js';
import { parkedBody } from './parked.js';
import { questBody } from './quest.js';
import { component, count, described, fields, listOf, nullable, text, yes, type Infer } from './schema.js';

const retired = nullable(
  component(
    'HostRetirement',
    fields(
      { by: nullable(text), principal: names.principal, at: names.instant, reason: text },
      'Who retired it, when and why; null from its next event on.',
    ),
  ),
);

const updatedAt = described(
  names.instant,
  'When its last entry was recorded; with asOf absent where later ones have followed.',
);
const incomplete = {
  ...yes,
  description: 'With asOf: it has forgotten part of what it was then, and is shown as old as that is known.',
};

const about = {
  attributes,
  retired,
  inventories: {
    ...listOf(names.inventoryName),
    maxItems: MAX_INVENTORIES,
    description: 'The inventories whose last import has it.',
  },
  lastEvent: nullable(
    component(
      'LastEvent',
      fields(
        {
          event: names.eventId,
          type: names.typeName,
          at: names.instant,
          recordedAt: names.instant,
          position: names.position,
        },
        'Its newest event that is no duplicate; null where it never had one.',
      ),
    ),
  ),
};

export const hostBody = component(
  'Host',
  fields({
    host: names.hostName,
    open: { ...count, description: 'How many labors are open.' },
    'updatedAt?': updatedAt,
    ...about,
    'parked?': parkedBody,
    'incomplete?': incomplete,
  }),
);
export type HostBody = Infer<typeof hostBody>;

export const hostPage = pageOf('Host', hostBody);

export const dossierBody = component(
  'HostDossier',
  fields({
    host: names.hostName,
    aliases: hostAliases,
    'updatedAt?': updatedAt,
    ...about,
    'parked?': parkedBody,
    'incomplete?': {
      ...yes,
      description:
        'With asOf: it has forgotten part of what it was then, and is shown as old as that is known; or some of its quests may be missing, because not all quests were looked through; or more labors were open than are shown.',
    },
    'behind?': {
      ...yes,
      description: 'It needed more than its share of a batch: later entries are being judged apart.',
    },
    openLabors: { ...listOf(laborBody), maxItems: 1000, description: 'Oldest first.' },
    next: {
      ...listOf(nextEventBody),
      maxItems: 100,
      description: 'Each event type that would complete an open labor now, and what it would do.',
    },
    lastStates: listOf(
      component(
        'HostState',
        fields({ category: names.typePart, state: names.typePart, at: names.instant, event: names.eventId }),
      ),
    ),
    newestEvents: { ...listOf(eventBody), maxItems: 20 },
    quests: { ...listOf(questBody), maxItems: 100, description: 'Newest first.' },
  }),
);
export type DossierBody = Infer<typeof dossierBody>;
