/** How quests and their hosts may be filtered. */
import { flag, listQuery, one, oneOf, several, severalOrNone, words } from '#platform';
import { host, type } from '../words.js';

/** As long as a quest's creator may be named. */
const MAX_CREATOR_LENGTH = 200;

export const questQuery = listQuery(['-id', 'id', 'target'], {
  state: several(oneOf('embarking', 'open', 'completed', 'empty')),
  creator: several(words(MAX_CREATOR_LENGTH)),
  host: severalOrNone(host),
  type: several(type),
  overdue: one(flag),
});

export const questHostsQuery = listQuery(['host'], {});
