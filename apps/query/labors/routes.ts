/** `GET /labors` and `POST /labors/search`: open and closed labors, and why they are so. */
import { actor, laborDetailBody, laborState, laborWhyBody } from '#contracts';
import { flag, hostQuery, instant, listQuery, one, several, severalOrNone, wordOf, words } from '#platform';
import { oneRoute, searchedList } from '../read-routes.js';
import { formerHost, host, labor, principal, questOrNone, type } from '../words.js';
import { laborList } from './list.js';
import { presentLaborDetail, presentWhy } from './present.js';

/** As long as a name may be that a labor is assigned to, or that owns a host or made a quest. */
const MAX_PERSON_LENGTH = 200;

/** How labors may be filtered, also those of one quest. */
export const laborQuery = listQuery(['-openedAt', 'openedAt', 'host'], {
  state: several(wordOf(laborState)),
  type: several(type),
  host: severalOrNone(host),
  hostQuery,
  formerHost,
  quest: several(questOrNone),
  chain: several(labor),
  assignee: several(words(MAX_PERSON_LENGTH)),
  for: {
    ...one(words(MAX_PERSON_LENGTH)),
    about:
      'Open labors whose turn it is of this user: assigned to it; or to nobody, and its actors are the owner of the host, or the creator of the quest, who is this user.',
  },
  principal: several(principal),
  acked: one(flag),
  stranded: one(flag),
  actor: several(wordOf(actor)),
  openedSince: one(instant),
  openedBefore: one(instant),
  closedSince: one(instant),
  overdue: one(flag),
});

export const LABOR_READERS = [
  ...searchedList({
    path: 'labors',
    operation: ['listLabors', 'Lists labors'],
    search: ['searchLabors', 'Lists labors, asked by a body: for filters that are too long for a URL'],
    query: laborQuery,
    shape: laborList,
    read: (reading, { filter, page, fresh }) => reading.labors(filter, page, fresh),
  }),
  oneRoute({
    path: 'labors/:id',
    operation: ['getLabor', 'Shows a labor, and what would advance it'],
    body: laborDetailBody,
    problems: ['host-parked'],
    read: (reading, id, fresh) => reading.labor(id, fresh),
    present: presentLaborDetail,
  }),
  oneRoute({
    path: 'labors/:id/why',
    operation: ['explainLabor', 'Says why a labor is open and what would complete it, or why it is closed'],
    body: laborWhyBody,
    problems: ['host-parked'],
    about: 'Why. Fates are shown as they stand now, null where there is none.',
    read: (reading, id, fresh) => reading.why(id, fresh),
    present: presentWhy,
  }),
];
