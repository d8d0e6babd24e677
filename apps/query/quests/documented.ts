/** What the API document says about reading quests. */
import { component, count, fields, listOf, names, nullable, type Operation } from '#platform';
import { listed, parked, shown, textOrNull } from '../answers.js';
import { laborShape, laborsListed } from '../labors/documented.js';

const counts = {
  chains: count,
  unstarted: count,
  inProgress: count,
  completed: count,
  waived: count,
  labors: count,
  open: count,
};
const steps = listOf(fields({ type: names.typeName, open: count, closed: count }));

export const questShape = component(
  'Quest',
  fields({
    id: names.questNumber,
    type: names.typeName,
    creator: textOrNull,
    description: { type: 'string' },
    target: nullable(names.instant),
    references: listOf(
      fields({ 'label?': { type: 'string' }, 'key?': { type: 'string' }, 'url?': { type: 'string' } }),
    ),
    state: { enum: ['embarking', 'open', 'completed', 'abandoned', 'empty'] },
    embarkedAt: names.instant,
    completedAt: nullable(names.instant),
    overdue: { type: 'boolean' },
    hosts: count,
    progress: component(
      'QuestProgress',
      fields({
        ...counts,
        percent: {
          type: ['number', 'null'],
          minimum: 0,
          maximum: 100,
          description: 'Of its labors, how many are not open; null of none.',
        },
        steps,
      }),
    ),
    'parked?': parked,
  }),
);

const questHost = component(
  'QuestHost',
  fields({
    host: names.hostName,
    progress: component('HostProgress', fields({ ...counts, steps })),
    openLabors: listOf(laborShape),
  }),
);

export const questsListed: Operation = {
  id: 'listQuests',
  summary: 'Lists quests',
  answers: listed('Quest', questShape),
};

export const questShown: Operation = { id: 'getQuest', summary: 'Shows a quest', answers: shown(questShape) };

export const questLaborsListed: Operation = {
  id: 'listQuestLabors',
  summary: 'Lists the labors of a quest',
  answers: laborsListed.answers,
};

export const questHostsListed: Operation = {
  id: 'listQuestHosts',
  summary: "Lists a quest's hosts, each with its part of it",
  answers: listed('QuestHost', questHost),
};
