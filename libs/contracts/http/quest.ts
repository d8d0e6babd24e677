/** Quests (rules 20 and 21), their hosts, and the answer to embarking some. */
import { AMENDED_FIELDS, QUEST_HISTORY_KINDS, QUEST_HOST_STATES } from '../documents/index.js';
import { laborBody } from './labor.js';
import { pageOf } from './list.js';
import * as names from './names.js';
import { parkedBody } from './parked.js';
import {
  component,
  count,
  described,
  eitherOf,
  fields,
  flag,
  listOf,
  nullable,
  oneOf,
  text,
  typed,
  type Infer,
  yes,
} from './schema.js';

const counts = {
  chains: count,
  unstarted: count,
  inProgress: count,
  completed: count,
  waived: count,
  labors: count,
  open: count,
};
const steps = listOf(component('QuestStep', fields({ type: names.typeName, open: count, closed: count })));

function percentOf(what: string) {
  return nullable(
    typed<number>({
      type: 'number',
      format: 'double',
      minimum: 0,
      maximum: 100,
      description: `${what}; null of none.`,
    }),
  );
}

const reference = component('Reference', fields({ 'label?': text, 'key?': text, 'url?': text }));

export const questState = component('QuestState', oneOf('embarking', 'open', 'completed', 'abandoned', 'empty'));

export const questHostState = component('QuestHostState', oneOf(...QUEST_HOST_STATES));

export const questBody = component(
  'Quest',
  fields({
    id: names.questNumber,
    type: names.typeName,
    creator: nullable(text),
    principal: names.principal,
    description: text,
    target: nullable(names.instant),
    references: listOf(reference),
    state: questState,
    embarkedAt: names.instant,
    'adopting?': {
      ...yes,
      description: 'It accepted labors to adopt that are still on their way into it.',
    },
    'removing?': { ...yes, description: 'It took hosts out of which some have not left it yet.' },
    'abandoned?': component(
      'QuestAbandonment',
      fields({
        ...{ by: nullable(text), principal: names.principal, at: names.instant, reason: text },
        ended: described(flag, 'On each of its hosts nothing of it is open.'),
      }),
    ),
    completedAt: nullable(names.instant),
    overdue: flag,
    hosts: count,
    progress: component(
      'QuestProgress',
      fields({
        ...counts,
        percent: percentOf('Of its labors, how many are not open'),
        percentDone: percentOf('Of its chains, those that were waived apart, how many are completed'),
        steps,
        hosts: component(
          'QuestHostCounts',
          fields({
            total: { ...count, description: 'Those named, and those with labors in it.' },
            done: { ...count, description: 'Had labors of the quest, of which none is open.' },
            open: count,
            without: { ...count, description: 'Named, and without a labor of the quest.' },
            parked: { ...count, description: 'Not judged to the end: counted in `open` too, or in none of these yet.' },
            percent: percentOf('Of all hosts, how many are done'),
          }),
        ),
      }),
    ),
    'parked?': parkedBody,
    'incomplete?': {
      ...count,
      description:
        'With asOf: of how many of its hosts the numbers of then are forgotten; they count as they were when they are known again.',
    },
  }),
);
export type QuestBody = Infer<typeof questBody>;

/** The part of a quest that can be amended, the same from its stream and from the views: fields in one order, none left out. */
export function questDefinition({
  creator,
  description,
  target,
  references,
}: Pick<QuestBody, 'creator' | 'description' | 'target' | 'references'>): readonly unknown[] {
  return [
    creator,
    description,
    target,
    references.map(({ label = null, key = null, url = null }) => [label, key, url]),
  ];
}

export const questPage = pageOf('Quest', questBody);

/** One host's part of a quest. */
export const questHostBody = component(
  'QuestHost',
  fields({
    host: names.hostName,
    progress: component('HostProgress', fields({ ...counts, steps })),
    openLabors: listOf(laborBody),
  }),
);
export type QuestHostBody = Infer<typeof questHostBody>;

export const questHostPage = pageOf('QuestHost', questHostBody);

/** What was open of a quest when a bucket of time ended. */
export const burndownBucketBody = component(
  'BurndownBucket',
  fields({
    from: names.instant,
    to: { ...names.instant, description: 'Its end: of that moment are the numbers.' },
    open: { ...count, description: 'Labors, each the open one of its chain.' },
    steps: {
      ...listOf(component('BurndownStep', fields({ type: names.typeName, open: count }))),
      description: 'By event type; types of which nothing was open are left out.',
    },
    'incomplete?': {
      ...count,
      description:
        'Labors of the quest that were reopened or adopted more than 100 times: earlier times of theirs are not known any more.',
    },
  }),
);
export type BurndownBucketBody = Infer<typeof burndownBucketBody>;

export const burndownPage = pageOf('BurndownBucket', burndownBucketBody);

const amendedValue = nullable(eitherOf(text, listOf(reference)));

/** Something that happened to a quest. */
export const questHistoryBody = component(
  'QuestHistoryItem',
  fields({
    position: names.position,
    recordedAt: names.instant,
    kind: component('QuestHistoryKind', oneOf(...QUEST_HISTORY_KINDS)),
    by: nullable(text),
    principal: names.principal,
    'type?': names.typeName,
    'description?': text,
    'hosts?': { ...count, description: 'How many hosts were accepted that it did not name before, or are to leave.' },
    'claim?': {
      ...oneOf('none', 'any'),
      description: 'Their open labors are claimed: those in no quest, or those in any. Absent where hosts get events.',
    },
    'labors?': { ...count, description: 'How many labors were accepted, to be adopted.' },
    'changes?': listOf(
      component('QuestFieldChange', fields({ field: oneOf(...AMENDED_FIELDS), from: amendedValue, to: amendedValue })),
    ),
    'reason?': text,
  }),
);
export type QuestHistoryBody = Infer<typeof questHistoryBody>;

export const questHistoryPage = pageOf('QuestHistoryItem', questHistoryBody);

export const embarkedBody = component(
  'EmbarkedHosts',
  fields({
    id: names.questNumber,
    position: names.position,
    hosts: { ...count, description: 'How many hosts joined the quest.' },
    state: oneOf('open', 'embarking', 'abandoned'),
    'without?': {
      ...count,
      description:
        'How many of them are without a labor, because no fate in force starts the type of the quest any more.',
    },
  }),
);
export type EmbarkedBody = Infer<typeof embarkedBody>;

const notIn = {
  ...listOf(names.hostName),
  maxItems: 1000,
  description: 'Of those named, the hosts that are not in the quest; of many the first.',
};

const hostsRemovedBody = component(
  'HostsRemoved',
  fields({
    id: names.questNumber,
    position: names.position,
    hosts: { ...count, description: 'How many of those named leave the quest.' },
    notIn,
    state: { ...oneOf('removed', 'removing'), description: 'While it is going on, the quest says `removing`.' },
  }),
);
export type HostsRemovedBody = Infer<typeof hostsRemovedBody>;

const removalForeseenBody = component(
  'RemovalForeseen',
  fields({
    id: names.questNumber,
    position: names.position,
    hosts: { ...count, description: 'How many of those named would leave the quest.' },
    notIn,
    chains: { ...count, description: 'The open chains that would leave it, and stay open.' },
    'atLeast?': { ...yes, description: 'Counting ended there, and there are more.' },
  }),
);
export type RemovalForeseenBody = Infer<typeof removalForeseenBody>;

export const questHostsRemovedBody = component('QuestHostsRemoved', eitherOf(hostsRemovedBody, removalForeseenBody));

export const abandonedQuestBody = component(
  'AbandonedQuest',
  fields({
    id: names.questNumber,
    position: names.position,
    hosts: { ...count, description: 'How many hosts the quest had.' },
    state: oneOf('abandoned'),
  }),
);
export type AbandonedQuestBody = Infer<typeof abandonedQuestBody>;
