/** How events may be filtered. */
import { MAX_BY_LENGTH, MAX_KEY_LENGTH } from '#contracts';
import { instant, listQuery, one, position, several, severalOrNone, words } from '#platform';
import { category, host, quest, type } from '../words.js';

export const eventQuery = listQuery(['-position', 'position'], {
  host: severalOrNone(host),
  key: several(words(MAX_KEY_LENGTH)),
  type: several(type),
  category: several(category),
  by: several(words(MAX_BY_LENGTH)),
  quest: several(quest),
  since: one(instant),
  until: one(instant),
  afterPosition: one(position),
});
