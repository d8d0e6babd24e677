/** What the API document says about embarking and changing quests. */
import { component, count, fields, names, type Operation } from '#platform';
import { writtenAnswer } from '../written.js';

const embarked = component(
  'EmbarkedHosts',
  fields({
    id: names.questNumber,
    position: names.position,
    hosts: { ...count, description: 'How many hosts joined the quest.' },
    state: { enum: ['open', 'embarking'] },
  }),
);

export const questEmbarked: Operation = {
  id: 'embarkQuest',
  summary: 'Embarks a quest: one event of its type on each of its hosts',
  writes: true,
  answers: {
    201: { about: 'Each host has its event.', body: embarked },
    202: { about: 'Accepted; hosts get their events in the background.', body: embarked },
  },
  problems: [
    'conflict',
    'event-type-unknown',
    'event-type-retired',
    'event-type-restricted',
    'event-type-not-starting',
    'quest-without-hosts',
    'quest-too-large',
    'target-not-in-future',
  ],
};

export const questAmended: Operation = {
  id: 'amendQuest',
  summary: 'Amends a quest',
  writes: true,
  answers: { 200: writtenAnswer },
  problems: ['conflict', 'target-not-in-future'],
};

export const questHostsAdded: Operation = {
  id: 'addQuestHosts',
  summary: 'Adds hosts to a quest',
  description: 'Those already in get no second event.',
  writes: true,
  answers: {
    200: { about: 'All were in before.', body: embarked },
    201: { about: 'Each new host has its event.', body: embarked },
    202: { about: 'Accepted; hosts get their events in the background.', body: embarked },
  },
  problems: ['conflict', 'event-type-retired', 'event-type-restricted', 'quest-without-hosts', 'quest-too-large'],
};
