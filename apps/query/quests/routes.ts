/** `GET /quests` and `POST /quests/search`: how far each campaign is, and what one consists of. */
import { presentQuest } from '#application';
import { BUCKETS, questBody, questDefinition, questHostState, questState, questTimesBody } from '#contracts';
import {
  byName,
  flag,
  hostQuery,
  instant,
  listQuery,
  one,
  oneOf,
  questNumber,
  several,
  severalOrNone,
  terms,
  wordOf,
  words,
} from '#platform';
import { laborList } from '../labors/list.js';
import { laborQuery } from '../labors/routes.js';
import { listRoute, oneRoute, searchedList } from '../read-routes.js';
import { burndownList, questHistoryList, questHostList, questList } from './lists.js';
import { presentTimes } from './present.js';

const { attributes, formerHost, host, hostTerm, type } = terms;

/** As long as a quest's creator may be named. */
const MAX_CREATOR_LENGTH = 200;

const query = listQuery(
  ['-id', 'id', 'target'],
  {
    state: several(wordOf(questState)),
    creator: several(words(MAX_CREATOR_LENGTH)),
    host: severalOrNone(host),
    formerHost,
    type: several(type),
    overdue: one(flag),
  },
  ['-id', 'id', 'target'],
);

const questHostQuery = listQuery(['host', 'stepSince'], {
  host: severalOrNone(hostTerm),
  formerHost,
  attribute: attributes,
  hostQuery,
  state: several(wordOf(questHostState)),
  step: several(type),
  stepBefore: one(instant),
});

const burndownQuery = listQuery(['from', '-from'], {
  bucket: {
    ...one(oneOf(...BUCKETS)),
    about: 'How long the buckets are; where it is absent, as short as 1,000 of them hold all of it.',
  },
});

export const QUEST_READERS = [
  ...searchedList({
    path: 'quests',
    operation: ['listQuests', 'Lists quests'],
    search: ['searchQuests', 'Lists quests, asked by a body: for filters that are too long for a URL'],
    query,
    shape: questList,
    read: (reading, { filter, page, fresh }) => reading.quests(filter, page, fresh),
  }),
  oneRoute({
    path: 'quests/:id',
    operation: ['getQuest', 'Shows a quest'],
    parse: questNumber,
    body: questBody,
    past: true,
    read: (reading, id, fresh) => reading.quest(id, fresh),
    present: presentQuest,
    definition: questDefinition,
  }),
  listRoute({
    path: 'quests/:id/labors',
    operation: ['listQuestLabors', 'Lists the labors of a quest'],
    parse: questNumber,
    query: laborQuery,
    shape: laborList,
    file: (id) => `quest-${id}-labors`,
    read: (reading, { id, filter, page, fresh }) => reading.questLabors(id, filter, page, fresh),
  }),
  listRoute({
    path: 'quests/:id/hosts',
    operation: ['listQuestHosts', "Lists a quest's hosts, each with its part of it"],
    parse: questNumber,
    query: questHostQuery,
    shape: questHostList,
    file: (id) => `quest-${id}-hosts`,
    read: (reading, { id, filter: { host, hostQuery: asked, ...rest }, page, fresh }) =>
      reading.questHosts(id, { ...rest, ...(host && byName(host)), ...(asked && { query: asked }) }, page, fresh),
  }),
  oneRoute({
    path: 'quests/:id/times',
    operation: ['getQuestTimes', 'Says how long the labors of a quest were open until they were completed, by step'],
    parse: questNumber,
    body: questTimesBody,
    read: (reading, id, fresh) => reading.questTimes(id, fresh),
    present: presentTimes,
  }),
  listRoute({
    path: 'quests/:id/history',
    operation: ['listQuestHistory', 'Lists what happened to a quest'],
    parse: questNumber,
    query: listQuery(['-position', 'position'], {}),
    shape: questHistoryList,
    file: (id) => `quest-${id}-history`,
    read: (reading, { id, page, fresh }) => reading.questHistory(id, page, fresh),
  }),
  listRoute({
    path: 'quests/:id/burndown',
    operation: ['listQuestBurndown', 'Lists how many labors of a quest were open at which time, by step'],
    parse: questNumber,
    query: burndownQuery,
    shape: burndownList,
    file: (id) => `quest-${id}-burndown`,
    read: (reading, { id, filter, page, fresh }) => reading.burndown(id, filter, page, fresh),
  }),
];
