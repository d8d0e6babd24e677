/** Quests and one quest's hosts as lists, also as the whole of them: lists within are one cell of JSON, ids one cell of words. */
import type { QuestHostView, QuestView } from '#application';
import { questHostPage, questPage, type QuestBody, type QuestHostBody, type Tally } from '#contracts';
import type { Columns, ListShape } from '#platform';
import { parkedColumns } from '../parked.js';
import { presentQuest, presentQuestHost, presentSteps } from './present.js';

const counts = {
  chains: ({ tally }) => tally.chains,
  unstarted: ({ tally }) => tally.unstarted,
  inProgress: ({ tally }) => tally.inProgress,
  completed: ({ tally }) => tally.completed,
  waived: ({ tally }) => tally.waived,
  labors: ({ tally }) => tally.labors,
  open: ({ tally }) => tally.open,
  steps: ({ tally }) => JSON.stringify(presentSteps(tally)),
} as const satisfies Columns<{ readonly tally: Tally }>;

export const questList: ListShape<QuestView, QuestBody> = {
  name: 'quests',
  page: questPage,
  present: presentQuest,
  columns: {
    id: ({ id }) => id,
    type: ({ type }) => type,
    creator: ({ creator }) => creator,
    description: ({ description }) => description,
    target: ({ target }) => target,
    references: ({ references }) => JSON.stringify(references),
    state: ({ state }) => state,
    embarkedAt: ({ embarkedAt }) => embarkedAt,
    completedAt: ({ completedAt }) => completedAt,
    overdue: ({ overdue }) => overdue,
    hosts: ({ hosts }) => hosts,
    percent: ({ percent }) => percent,
    ...counts,
    ...parkedColumns,
  },
};

export const questHostList: ListShape<QuestHostView, QuestHostBody> = {
  name: 'quest-hosts',
  page: questHostPage,
  present: presentQuestHost,
  columns: {
    host: ({ host }) => host,
    ...counts,
    openLabors: ({ open }) => open.map(({ labor }) => labor.id).join(' '),
  },
};
