/** How far projection is, what it has parked, and rebuilds of the views. */
import * as names from './names.js';
import {
  component,
  count,
  described,
  fields,
  flag,
  listOf,
  nullable,
  oneOf,
  text,
  typed,
  type Infer,
  type Schema,
} from './schema.js';

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

const phase = {
  ...oneOf('splitting', 'judging', 'indexing', 'following', 'counting', 'proving'),
  description:
    'A replay cuts the journal, judges it and makes indexes; what comes after it is read entry by entry. Beside a generation that is served, quests are counted then, and the two are compared.',
};

const rebuildProgress = component(
  'RebuildProgress',
  fields({
    generation: count,
    phase,
    position: at,
    percent: nullable(typed<number>({ type: 'number', format: 'double', minimum: 0, maximum: 100 })),
    entries: count,
    entriesPerS: amount,
  }),
);

const commandGiven = { by: names.principal, at: names.instant };

/** Asked alone, it is read from the journal; the status has it as this process saw it last. */
export const entriesVersionBody = component(
  'EntriesVersion',
  fields({
    allowed: { ...count, description: 'Entries of this version and lower ones may be written.' },
    reads: { ...count, description: 'What this process reads.' },
    readByAll: { ...count, description: 'What every live process reads: `allowed` is raised to it.' },
    processes: { ...count, description: 'Ingests and projectors that live.' },
    hold: {
      ...nullable(component('EntriesVersionHold', fields(commandGiven))),
      description: 'Since when it is held where it is; null where it is raised by itself.',
    },
    raised: {
      ...nullable(
        component(
          'EntriesVersionRaise',
          fields({
            ...commandGiven,
            to: count,
            forced: { ...flag, description: 'Whether a process lived that did not read as much.' },
          }),
        ),
      ),
      description: 'The last raise by command.',
    },
  }),
);
export type EntriesVersionBody = Infer<typeof entriesVersionBody>;

export const entriesRaiseRequest = component(
  'EntriesVersionRaiseRequest',
  fields({
    'force?': described(flag, 'Also where a live process does not read as much: it parks the hosts of newer entries.'),
  }),
);
export type EntriesRaiseBody = Infer<typeof entriesRaiseRequest>;

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
    entries: nullable(entriesVersionBody),
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

const verificationId = component('VerificationId', typed<string>({ type: 'string', format: 'uuid' }));

/** Answered with 202. */
export const verificationBegunBody = component('VerificationBegun', fields({ id: verificationId }));
export type VerificationBegunBody = Infer<typeof verificationBegunBody>;

const sideOf = (whose: string): Schema<string | null> => ({
  ...nullable(text),
  description: `What ${whose} say, as JSON in one text; null where they have no such thing. Long ones are cut.`,
});

const differenceBody = component(
  'DifferenceFound',
  fields({
    host: { ...nullable(text), description: 'Null where it is of a quest, of the catalogue or of names.' },
    labor: {
      ...nullable(text),
      description: "Null where it is of the host's own document, or of its part in a quest.",
    },
    quest: { ...nullable(count), description: "The quest, alone or of the host's part in it." },
    field: { ...nullable(text), description: 'Null where one side has no such document at all.' },
    live: sideOf('the views'),
    folded: sideOf('the entries of the journal'),
    entry: {
      ...nullable(count),
      description: 'The first entry of the host by which it can be so, where that is known.',
    },
  }),
);

const notComparedBody = component(
  'HostsNotCompared',
  fields({
    large: { ...count, description: 'Hosts of more entries than are held in memory.' },
    behind: { ...count, description: 'Hosts whose entries are judged step by step, and are not there yet.' },
    moving: { ...count, description: 'Hosts that were stored again at each look.' },
  }),
);

const leftOutBody = component(
  'HostLeftOut',
  fields({
    host: names.hostName,
    why: { ...oneOf('large', 'behind', 'moving'), description: 'As `notCompared` counts it.' },
  }),
);

export const verificationBody = component(
  'Verification',
  fields({
    id: verificationId,
    state: component('VerificationState', oneOf('running', 'done', 'cancelled', 'failed')),
    phase: component('VerificationPhase', {
      ...oneOf('splitting', 'judging', 'listing'),
      description:
        'The journal is cut by hosts, judged and compared, and then hosts and quests are looked for that only the views have.',
    }),
    generation: { ...count, description: 'Of the views, that is compared.' },
    position: { ...names.position, description: 'Up to here the journal is judged.' },
    percent: typed<number>({ type: 'number', format: 'double', minimum: 0, maximum: 100 }),
    entries: { ...count, description: 'That the phase has done.' },
    total: { ...nullable(count), description: 'Null until the journal is cut.' },
    entriesPerS: amount,
    secondsLeft: nullable(amount),
    hosts: { ...count, description: 'Compared so far.' },
    bytes: { ...count, description: 'That the journal, cut, takes on the disk.' },
    equal: {
      ...nullable(flag),
      description: 'Null until it is done, and where nothing differs but some hosts were not compared.',
    },
    differences: count,
    notCompared: notComparedBody,
    leftOut: {
      ...listOf(leftOutBody),
      maxItems: 100,
      description: 'The first of the hosts that were not compared, once it is done.',
    },
    examples: {
      ...listOf(differenceBody),
      maxItems: 1000,
      description: 'The first of the differences, once it is done.',
    },
    startedAt: names.instant,
    endedAt: nullable(names.instant),
    reason: { ...nullable(text), description: 'Why it failed.' },
  }),
);
export type VerificationBody = Infer<typeof verificationBody>;

export const rebuildBody = component(
  'Rebuild',
  fields({
    id: count,
    kind: { ...oneOf('rebuild', 'roll-back'), description: 'A new generation, or a former one that is served again.' },
    state: {
      ...oneOf('running', 'waiting', 'activating', 'activated', 'cancelling', 'cancelled'),
      description:
        '`waiting`: it is level, and is kept so until it is activated or cancelled by command. `activating`: it is about to be served, and cannot be cancelled.',
    },
    generation: { ...nullable(count), description: 'That it writes; null before it was made.' },
    by: names.principal,
    begunAt: names.instant,
    endedAt: nullable(names.instant),
    activate: { ...flag, description: 'Whether a command has said that it is served once it is level.' },
    differences: {
      ...nullable(count),
      description: 'From the served generation; null before the two were compared.',
    },
    trouble: { ...nullable(text), description: 'Why it does not go on, or why it was cancelled.' },
    phase,
    position: at,
    end: { ...at, description: 'Where the phase ends, as far as known.' },
    percent: typed<number>({ type: 'number', format: 'double', minimum: 0, maximum: 100 }),
    entriesRead: count,
    entriesJudged: count,
    total: { ...nullable(count), description: 'Entries of the replay; null where they are not counted.' },
    entriesPerS: { ...amount, description: 'Over the last 30 seconds.' },
    secondsLeft: { ...nullable(count), description: 'At that speed; null where it is not known.' },
    hosts: { ...nullable(count), description: 'Judged so far; null where they are not counted.' },
    bytesOnDisk: { ...count, description: "Of the replay's files." },
  }),
);
export type RebuildBody = Infer<typeof rebuildBody>;

/** The newest first. */
export const rebuildListBody = component('RebuildList', fields({ items: listOf(rebuildBody) }));
export type RebuildListBody = Infer<typeof rebuildListBody>;

const generationStatus = component(
  'GenerationStatus',
  fields({
    number: count,
    state: oneOf('loading', 'folding', 'ready'),
    served: flag,
    position: at,
    createdAt: names.instant,
    documentsVersion: count,
    foldVersion: count,
    partitions: count,
  }),
);

export const generationListBody = component('GenerationList', fields({ items: listOf(generationStatus) }));
export type GenerationListBody = Infer<typeof generationListBody>;

export const generationDroppedBody = component('GenerationDropped', fields({ dropped: count }));
export type GenerationDroppedBody = Infer<typeof generationDroppedBody>;

export const hostRepairedBody = component(
  'HostRepaired',
  fields({
    host: names.hostName,
    differences: { ...count, description: 'That were found.' },
    examples: { ...listOf(differenceBody), maxItems: 1000, description: 'The first of them.' },
    repaired: { ...flag, description: 'Whether nothing differs any more.' },
  }),
);
export type HostRepairedBody = Infer<typeof hostRepairedBody>;
