/** Quests and one quest's hosts as lists, also as the whole of them: lists within are one cell of JSON, ids one cell of words. */
import {
  presentQuest,
  presentSteps,
  type BurndownBucket,
  type QuestHistoryItem,
  type QuestHostView,
  type QuestView,
} from '#application';
import {
  burndownPage,
  questHistoryPage,
  questHostPage,
  questPage,
  type BurndownBucketBody,
  type QuestBody,
  type QuestHistoryBody,
  type QuestHostBody,
  type Tally,
} from '#contracts';
import { columnsOf, formulaFreeJson, type Columns, type ListShape } from '#platform';
import { parkedColumns } from '../parked.js';
import { presentBurndown, presentHistory, presentQuestHost } from './present.js';

const counts = {
  chains: ({ tally }) => tally.chains,
  unstarted: ({ tally }) => tally.unstarted,
  inProgress: ({ tally }) => tally.inProgress,
  completed: ({ tally }) => tally.completed,
  waived: ({ tally }) => tally.waived,
  labors: ({ tally }) => tally.labors,
  open: ({ tally }) => tally.open,
  steps: ({ tally }) => formulaFreeJson(presentSteps(tally)),
} as const satisfies Columns<{ readonly tally: Tally }>;

export const questList: ListShape<QuestView, QuestBody> = {
  name: 'quests',
  page: questPage,
  present: presentQuest,
  instants: ['target', 'embarkedAt', 'completedAt', 'abandonedAt', 'parkedSince'],
  columns: {
    ...columnsOf<QuestView>('id', 'type', 'creator', 'principal', 'description', 'target'),
    references: ({ references }) => formulaFreeJson(references),
    ...columnsOf<QuestView>('state', 'embarkedAt', 'completedAt', 'overdue', 'hosts', 'percent'),
    ...counts,
    hostsDone: ({ hostCounts }) => hostCounts.done,
    hostsOpen: ({ hostCounts }) => hostCounts.open,
    hostsWithout: ({ hostCounts }) => hostCounts.without,
    hostsParked: ({ hostCounts }) => hostCounts.parked,
    abandonedAt: ({ abandoned }) => abandoned?.at ?? null,
    abandonedBy: ({ abandoned }) => abandoned?.by ?? null,
    abandonReason: ({ abandoned }) => abandoned?.reason ?? null,
    ...parkedColumns,
    incomplete: ({ incomplete = 0 }) => incomplete,
  },
};

export const burndownList: ListShape<BurndownBucket, BurndownBucketBody> = {
  name: 'burndown',
  page: burndownPage,
  present: presentBurndown,
  instants: ['from', 'to'],
  columns: {
    ...columnsOf<BurndownBucket>('from', 'to', 'open'),
    steps: ({ steps }) => formulaFreeJson(steps),
    incomplete: ({ forgetful }) => forgetful,
  },
};

export const questHistoryList: ListShape<QuestHistoryItem, QuestHistoryBody> = {
  name: 'quest-history',
  page: questHistoryPage,
  present: presentHistory,
  instants: ['recordedAt'],
  columns: {
    position: ({ position }) => position,
    ...columnsOf<QuestHistoryItem>('recordedAt'),
    kind: ({ change }) => change.kind,
    ...columnsOf<QuestHistoryItem>('by', 'principal'),
    type: ({ change }) => (change.kind === 'drafted' ? change.type : null),
    description: ({ change }) => (change.kind === 'drafted' ? change.description : null),
    hosts: ({ change }) => ('hosts' in change ? change.hosts : null),
    claim: ({ change }) => (change.kind === 'hostsAccepted' ? (change.claim ?? null) : null),
    labors: ({ change }) => (change.kind === 'laborsAccepted' ? change.labors : null),
    changes: ({ change }) => (change.kind === 'amended' ? formulaFreeJson(change.changes) : null),
    reason: ({ change }) => ('reason' in change ? change.reason : null),
  },
};

export const questHostList: ListShape<QuestHostView, QuestHostBody> = {
  name: 'quest-hosts',
  page: questHostPage,
  present: presentQuestHost,
  instants: [],
  columns: {
    host: ({ host }) => host,
    ...counts,
    openLabors: ({ open }) => open.map(({ labor }) => labor.id).join(' '),
  },
};
