/** What the API document says about operating projection. */
import { component, count, fields, listOf, names, nullable, type Operation } from '#platform';

const at = nullable(names.position);

const generation = fields({
  number: count,
  state: { enum: ['folding', 'ready'] },
  createdAt: names.instant,
  documentsVersion: count,
  foldVersion: count,
  partitions: count,
});

const status = component(
  'ProjectionStatus',
  fields({
    head: { ...at, description: "The journal's last entry." },
    identity: { type: 'string', description: 'The UUID of the journal.' },
    generation: nullable(generation),
    partitions: listOf(
      fields({
        partition: count,
        position: at,
        lagEntries: { type: ['integer', 'null'] },
        lagS: { type: 'number', minimum: 0 },
      }),
    ),
    folding: nullable(
      fields({
        generation: count,
        position: at,
        percent: { type: ['number', 'null'], minimum: 0, maximum: 100 },
        entries: count,
        entriesPerS: { type: 'number', minimum: 0 },
      }),
    ),
    halted: { type: ['string', 'null'], description: 'Why projection stands still, where it does.' },
    parkedHosts: count,
    parkedQuests: count,
    parkedMore: { type: 'boolean' },
  }),
);

const parkedItem = component(
  'ParkedItem',
  fields({
    kind: { enum: ['host', 'quest'] },
    name: { type: 'string' },
    state: { enum: ['parked', 'releasing'] },
    reason: { type: 'string' },
    revision: count,
    position: at,
    since: names.instant,
  }),
);

export const statusShown: Operation = {
  id: 'getStatus',
  summary: 'How far projection is',
  answers: { 200: { about: 'The head, and each partition.', body: status } },
  problems: ['store-unavailable'],
};

export const parkedListed: Operation = {
  id: 'listParked',
  summary: 'Hosts and quests that stand still, and why',
  answers: { 200: { about: 'Hosts first.', body: fields({ items: { ...listOf(parkedItem), maxItems: 1000 } }) } },
  problems: ['store-unavailable'],
};

export const parkedReleased: Operation = {
  id: 'releaseParked',
  summary: 'Judges the waiting entries of a parked host or quest',
  answers: {
    200: {
      about: 'It goes on; the name of the host or quest.',
      body: fields({ released: { type: 'string' } }),
    },
  },
  problems: ['not-parked', 'still-parked', 'store-unavailable'],
};
