/** How hosts may be filtered: in lists of them, and where a command names hosts by a filter. */
import { flag, instant, one, several, severalOrNone, type QueryTable } from '../description/query.js';
import { hostQuery } from '../host-query/parameter.js';
import { attributes, formerHost, hostTerm, quest } from './terms.js';

export const hostFilters = {
  host: severalOrNone(hostTerm),
  formerHost,
  quest: several(quest),
  open: one(flag),
  parked: one(flag),
  attribute: attributes,
  retired: one(flag),
  notHeardSince: one(instant),
  hostQuery,
} as const satisfies QueryTable;
