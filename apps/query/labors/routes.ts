/** `GET /labors` and `POST /labors/search`: open and closed labors, and why they are so. */
import { laborDetailBody, laborWhyBody } from '#contracts';
import { laborFilters, listQuery } from '#platform';
import { oneRoute, searchedList } from '../read-routes.js';
import { laborList } from './list.js';
import { presentLaborDetail, presentWhy } from './present.js';

export const laborQuery = listQuery(['-openedAt', 'openedAt', 'host'], laborFilters, ['-openedPlace', 'openedPlace']);

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
    past: true,
    problems: ['host-parked'],
    read: (reading, id, fresh) => reading.labor(id, fresh),
    present: presentLaborDetail,
  }),
  oneRoute({
    path: 'labors/:id/why',
    operation: ['explainLabor', 'Says why a labor is open and what would complete it, or why it is closed'],
    body: laborWhyBody,
    past: true,
    problems: ['host-parked'],
    about: 'Why. Fates are shown as they stand now, or with asOf as they stood then, null where there is none.',
    read: (reading, id, fresh) => reading.why(id, fresh),
    present: presentWhy,
  }),
];
