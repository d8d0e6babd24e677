/** What-ifs: what is supposed, and what would be otherwise. */
import { parseInstant } from '#domain';
import { inMessage } from '../in-message.js';
import { parsePosition } from '../position.js';
import { fateBody } from './catalogue.js';
import { fateRequest } from './catalogue-requests.js';
import { fateGiven } from './definitions-given.js';
import { hostList } from './host-list.js';
import { pageOf } from './list.js';
import * as names from './names.js';
import {
  checked,
  checkOf,
  component,
  count,
  described,
  extended,
  fields,
  listOf,
  nullable,
  oneOf,
  text,
  typed,
} from './schema.js';
import type { Infer, Schema } from './schema.js';

/** At most, of either. */
const MOST_FATES = 1000;

const whatIfId = component('WhatIfId', typed<string>({ type: 'string', format: 'uuid' }));

/** Its items are checked one by one, as bodies of their own. */
const fatesDefined = checked<readonly Infer<typeof fateRequest>[]>(
  { type: 'array', items: fateRequest, maxItems: MOST_FATES },
  (value) =>
    Array.isArray(value) && value.length <= MOST_FATES
      ? undefined
      : `is not valid: give an array of at most ${MOST_FATES} fates, as POST /fates takes them`,
);

const fatesRetired = checked<readonly (number | string)[]>(
  { type: 'array', items: fateGiven, maxItems: MOST_FATES },
  (value) => {
    if (!Array.isArray(value) || value.length > MOST_FATES)
      return `is not valid: give an array of at most ${MOST_FATES} fates`;
    const at = value.findIndex((fate) => checkOf(fateGiven)?.(fate) !== undefined);
    return at < 0 ? undefined : `has at [${at}] ${inMessage(value[at])}: give numbers or names of fates`;
  },
);

const beginning = component(
  'WhatIfFrom',
  checked<string>(
    {
      description: 'An instant, or a position: for entries after it the supposed fates are in force. Absent: for all.',
      anyOf: [names.instant, names.position],
    },
    (value) =>
      typeof value === 'string' && (parseInstant(value) ?? parsePosition(value)) !== undefined
        ? undefined
        : `is ${inMessage(value)}: give an instant such as 2030-01-31T12:00:00Z, or a position`,
  ),
);

export const whatIfRequest = component(
  'WhatIfRequest',
  fields({
    'define?': described(fatesDefined, 'Fates that would be in force; they get numbers after the last.'),
    'retire?': described(fatesRetired, 'Fates that would be retired, and stay so whatever the catalogue says later.'),
    'from?': beginning,
    'hosts?': described(hostList, 'Those that it is about. Absent: all.'),
  }),
);
export type WhatIfRequestBody = Infer<typeof whatIfRequest>;

export const whatIfBegunBody = component('WhatIfBegun', fields({ id: whatIfId }));
export type WhatIfBegunBody = Infer<typeof whatIfBegunBody>;

const numbers = fields({
  open: component('WhatIfOpen', fields({ now: count, then: count })),
  stillOpen: { ...count, description: 'Open labors that would be open, too.' },
  closed: { ...count, description: 'Open labors that would be closed.' },
  leftOpen: { ...count, description: 'Closed labors that would be open.' },
  closedOtherwise: { ...count, description: 'Closed labors that another entry would have closed.' },
  neverOpened: { ...count, description: 'Labors, open or closed, that would not be there.' },
  newlyOpened: { ...count, description: 'Labors, open or closed, that would be there, and are not.' },
});

const side = component(
  'WhatIfSide',
  fields({
    state: component('WhatIfState', oneOf('open', 'completed', 'waived')),
    openedBy: component('WhatIfOpening', fields({ event: names.eventId, fate: names.number })),
    closedBy: {
      ...nullable(
        component(
          'WhatIfClosing',
          fields({
            entry: { ...count, description: "The closing entry's place in its host's stream." },
            event: { ...nullable(names.eventId), description: 'Null where a command closed it.' },
            type: nullable(names.typeName),
            fate: nullable(names.number),
          }),
        ),
      ),
    },
  }),
);

export const whatIfLaborBody = component(
  'WhatIfLabor',
  fields({
    host: names.hostName,
    labor: {
      ...names.laborId,
      description: 'The id that it has; of one that is not there, the id that it would have.',
    },
    type: names.typeName,
    quest: nullable(names.questNumber),
    verdict: component('WhatIfVerdict', oneOf('closed', 'leftOpen', 'closedOtherwise', 'neverOpened', 'newlyOpened')),
    was: { ...nullable(side), description: 'As it is; null where it is not there.' },
    would: { ...nullable(side), description: 'As it would be; null where it would not be there.' },
    reason: text,
  }),
);
export type WhatIfLaborBody = Infer<typeof whatIfLaborBody>;
export const whatIfLaborPage = pageOf('WhatIfLabor', whatIfLaborBody);

const amount: Schema<number> = typed({ type: 'number', format: 'double', minimum: 0 });

export const whatIfBody = component(
  'WhatIf',
  extended(numbers, {
    id: whatIfId,
    state: component('WhatIfJobState', oneOf('running', 'done', 'cancelled', 'failed')),
    phase: component('WhatIfPhase', {
      ...oneOf('splitting', 'judging'),
      description: 'The journal is cut by hosts, and judged.',
    }),
    position: { ...names.position, description: 'Up to here the journal is judged.' },
    percent: typed<number>({ type: 'number', format: 'double', minimum: 0, maximum: 100 }),
    entries: { ...count, description: 'That the phase has done.' },
    total: { ...nullable(count), description: 'Null until the journal is cut.' },
    entriesPerS: amount,
    secondsLeft: nullable(amount),
    hosts: { ...count, description: 'Judged so far.' },
    bytes: { ...count, description: 'That the journal, cut, and what is listed take on the disk.' },
    listed: { ...count, description: 'How many labors are listed: of several millions not all.' },
    defined: { ...listOf(fateBody), description: 'The supposed fates with their numbers.' },
    byType: {
      ...listOf(component('WhatIfOfType', extended(numbers, { type: names.typeName }))),
      maxItems: 1000,
      description: 'The types with the most differences first.',
    },
    byQuest: {
      ...listOf(component('WhatIfOfQuest', extended(numbers, { quest: names.questNumber }))),
      maxItems: 1000,
      description: 'Quests where something differs, those with the most first.',
    },
    examples: { ...listOf(whatIfLaborBody), maxItems: 100, description: 'The first labors that differ.' },
    notGuessed: {
      ...text,
      description: 'What the numbers do not say: the same entries are judged, and no others.',
    },
    startedAt: names.instant,
    endedAt: nullable(names.instant),
    failure: { ...nullable(text), description: 'Why it failed.' },
  }),
);
export type WhatIfBody = Infer<typeof whatIfBody>;
