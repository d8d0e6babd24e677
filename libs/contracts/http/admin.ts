/** How far projection is, and what it has parked. */
import * as names from './names.js';
import { component, count, fields, flag, listOf, nullable, oneOf, text, typed, type Infer } from './schema.js';

/** Null where there is no entry yet. */
const at = nullable(names.position);
const amount = typed<number>({ type: 'number', format: 'double', minimum: 0 });

const generation = component(
  'Generation',
  fields({
    number: count,
    state: oneOf('loading', 'folding', 'ready'),
    createdAt: names.instant,
    documentsVersion: count,
    foldVersion: count,
    partitions: count,
  }),
);

const partitionProgress = component(
  'PartitionProgress',
  fields({
    partition: count,
    position: at,
    lagEntries: nullable(typed<number>({ type: 'integer' })),
    lagS: amount,
  }),
);

const rebuildProgress = component(
  'RebuildProgress',
  fields({
    generation: count,
    phase: {
      ...oneOf('splitting', 'judging', 'indexing', 'following'),
      description:
        'A replay cuts the journal, judges it and makes indexes; what comes after it is read entry by entry.',
    },
    position: at,
    percent: nullable(typed<number>({ type: 'number', format: 'double', minimum: 0, maximum: 100 })),
    entries: count,
    entriesPerS: amount,
  }),
);

export const statusBody = component(
  'ProjectionStatus',
  fields({
    head: { ...at, description: "The journal's last entry." },
    identity: { ...text, description: 'The UUID of the journal.' },
    generation: nullable(generation),
    partitions: listOf(partitionProgress),
    folding: nullable(rebuildProgress),
    halted: { ...nullable(text), description: 'Why projection is halted, where it is.' },
    parkedHosts: count,
    parkedQuests: count,
    parkedMore: flag,
    hostsBehind: {
      ...count,
      description: 'Hosts that needed more than their share of a batch and are brought on apart, counted up to 1,000.',
    },
  }),
);
export type StatusBody = Infer<typeof statusBody>;

const parkedItem = component(
  'ParkedItem',
  fields({
    kind: oneOf('host', 'quest'),
    name: text,
    state: oneOf('parked', 'releasing'),
    reason: text,
    revision: count,
    position: at,
    since: names.instant,
  }),
);
export type ParkedItemBody = Infer<typeof parkedItem>;

/** Hosts first. */
export const parkedListBody = component('ParkedItemList', fields({ items: { ...listOf(parkedItem), maxItems: 1000 } }));
export type ParkedListBody = Infer<typeof parkedListBody>;

export const releasedBody = component('Released', fields({ released: text }));
export type ReleasedBody = Infer<typeof releasedBody>;
