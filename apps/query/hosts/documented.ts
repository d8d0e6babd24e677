/** What the API document says about reading hosts. */
import { component, count, fields, listOf, names, type Operation } from '#platform';
import { listed, parked, shown } from '../answers.js';
import { eventShape } from '../events/documented.js';
import { laborShape } from '../labors/documented.js';
import { questShape } from '../quests/documented.js';

const host = component(
  'Host',
  fields({
    host: names.hostName,
    open: { ...count, description: 'How many labors are open.' },
    updatedAt: names.instant,
    'parked?': parked,
  }),
);

const dossier = component(
  'HostDossier',
  fields({
    host: names.hostName,
    updatedAt: names.instant,
    'parked?': parked,
    openLabors: { ...listOf(laborShape), maxItems: 1000, description: 'Oldest first.' },
    lastStates: listOf(
      fields({ category: names.typePart, state: names.typePart, at: names.instant, event: names.eventId }),
    ),
    newestEvents: { ...listOf(eventShape), maxItems: 20 },
    quests: { ...listOf(questShape), maxItems: 100, description: 'Newest first.' },
  }),
);

export const hostsListed: Operation = {
  id: 'listHosts',
  summary: 'Lists hosts',
  answers: listed('Host', host),
};

export const hostShown: Operation = {
  id: 'getHost',
  summary: 'Shows a host: open labors, last states, newest events, quests',
  answers: shown(dossier),
};
