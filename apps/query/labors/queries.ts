/** How labors may be filtered, also those of one quest. */
import { flag, instant, listQuery, one, oneOf, several, severalOrNone, words } from '#platform';
import { host, labor, questOrNone, type } from '../words.js';

/** As long as a name may be that a labor is assigned to. */
const MAX_ASSIGNEE_LENGTH = 200;

export const laborQuery = listQuery(['-openedAt', 'openedAt', 'host'], {
  state: several(oneOf('open', 'completed', 'waived')),
  type: several(type),
  host: severalOrNone(host),
  quest: several(questOrNone),
  chain: several(labor),
  assignee: several(words(MAX_ASSIGNEE_LENGTH)),
  acked: one(flag),
  stranded: one(flag),
  actor: several(oneOf('owner', 'creator')),
  openedSince: one(instant),
  openedBefore: one(instant),
  closedSince: one(instant),
  overdue: one(flag),
});
