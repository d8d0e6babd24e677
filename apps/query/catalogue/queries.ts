/** How event types and fates may be filtered. */
import { flag, listQuery, one, oneOf, several } from '#platform';
import { category, type } from '../words.js';

const status = several(oneOf('in-force', 'retired'));

export const eventTypeQuery = listQuery(['id'], { status, category: several(category), starting: one(flag) });

export const fateQuery = listQuery(['id'], { status, creates: several(type), completedBy: several(type) });
