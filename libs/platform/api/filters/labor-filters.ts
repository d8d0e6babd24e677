/** How labors may be filtered: in lists of them, those of one quest among them, and where a command names labors by a filter. */
import { actor, laborState } from '#contracts';
import { flag, instant, one, several, severalOrNone, wordOf, words, type QueryTable } from '../description/query.js';
import { hostQuery } from '../host-query/parameter.js';
import { formerHost, host, labor, principal, questOrNone, type } from './terms.js';

/** As long as a name may be that a labor is assigned to, or that owns a host or made a quest. */
const MAX_PERSON_LENGTH = 200;

export const laborFilters = {
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
} as const satisfies QueryTable;
