/** Hosts: one of a list, and all about one. */
import { eventBody } from './event.js';
import { laborBody, nextEventBody } from './labor.js';
import { pageOf } from './list.js';
import * as names from './names.js';
import { parkedBody } from './parked.js';
import { questBody } from './quest.js';
import { component, count, fields, listOf, yes, type Infer } from './schema.js';

export const hostBody = component(
  'Host',
  fields({
    host: names.hostName,
    open: { ...count, description: 'How many labors are open.' },
    updatedAt: names.instant,
    'parked?': parkedBody,
  }),
);
export type HostBody = Infer<typeof hostBody>;

export const hostPage = pageOf('Host', hostBody);

export const dossierBody = component(
  'HostDossier',
  fields({
    host: names.hostName,
    updatedAt: names.instant,
    'parked?': parkedBody,
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
