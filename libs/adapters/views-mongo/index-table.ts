/**
 * All indexes, by collection: equality first, then the order of a list, then further conditions on its range.
 * A list's order is one unique text or number, so that a cursor is one bound. `lists/index-fit.spec.ts` says which of them each
 * filter of each list is answered by.
 */
import type { CollectionKind } from './layout.js';

export interface Index {
  readonly name: string;
  /** Field to direction, most significant first. */
  readonly key: Readonly<Record<string, 1 | -1>>;
  /** Only documents in which this field has at least that value: documents without one cost nothing. */
  readonly only?: { readonly field: string; readonly least: string | number | boolean };
}

const index = (name: string, ...fields: readonly string[]): Index => ({
  name,
  key: Object.fromEntries(fields.map((field) => [field, 1 as const])),
});
const partial = (name: string, least: string | number | boolean, ...fields: readonly [string, ...string[]]): Index => ({
  ...index(name, ...fields),
  only: { field: fields[0], least },
});

export const INDEXES: Readonly<Record<CollectionKind, readonly Index[]>> = {
  events: [
    // the instant so that counting by the hour reads no document
    index('position', 'position', 'recordedAt'),
    // the category so that the newest of each is found without reading documents
    index('host', 'host', 'position', 'category'),
    index('type', 'type', 'position'),
    index('category', 'category', 'position'),
    partial('key', '', 'key', 'position'),
    partial('by', '', 'by', 'position'),
    partial('principal', '', 'principal', 'position'),
    partial('quest', 0, 'quest', 'position'),
  ],
  event_spans: [index('span', 'length', 'span', 'first', 'last')],
  entry_times: [index('least', 'least')],
  // every query of labors names their states, of which there are three
  labors: [
    index('opened', 'state', 'openedKey'),
    index('host', 'state', 'host', 'openedKey'),
    index('type_opened', 'state', 'type', 'openedKey'),
    index('type_host', 'state', 'type', 'host', 'openedKey'),
    index('quest_opened', 'state', 'quest', 'openedKey'),
    index('quest_host', 'state', 'quest', 'host', 'openedKey'),
    partial('assignee_opened', '', 'assignee', 'state', 'openedKey'),
    partial('assignee_host', '', 'assignee', 'state', 'host', 'openedKey'),
    // of a list of names: a key for each
    partial('principal_opened', '', 'principals', 'state', 'openedKey'),
    partial('principal_host', '', 'principals', 'state', 'host', 'openedKey'),
    index('chain', 'chain', 'openedKey'),
    // labors of the past: each term is a range by the place of opening
    index('term', 'term', 'placeKey'),
    index('type_term', 'type', 'term', 'placeKey'),
    partial('quests_term', 0, 'quests', 'term', 'placeKey'),
    index('host_place', 'host', 'placeKey'),
    partial('closed', '', 'closed.at'),
    // of a list of quests, those that it was in before among them: a key for each. It changes with them alone
    partial('quests', 0, 'quests', '_id'),
    // few values: the server jumps from one to the next
    index('fate', 'opened.fate'),
    // by the events that closed them, or were counted on them (a key for each); these grow, so an index is written at its end
    partial('closed_at', '', 'closedAt'),
    // the newest of a type, from the index alone
    { ...index('type_closed', 'type', 'closedAt', 'opened.at', 'closed.at'), only: { field: 'closedAt', least: '' } },
    partial('absorbed', '', 'absorbed.position'),
    // what is not published, as in a rebuild, costs nothing; like places, it grows
    partial('seen', '', 'seenAt', '_id'),
    { ...index('forgotten', 'host', 'type', 'forgotten'), only: { field: 'forgotten', least: '' } },
  ],
  hosts: [
    index('open', 'hasOpen', '_id'),
    partial('parked', true, 'isParked', '_id'),
    partial('behind', true, 'isBehind', '_id'),
    index('retired', 'isRetired', '_id'),
    index('listed', 'isListed', 'isRetired', '_id'),
    index('heard', 'isRetired', 'heardMinute', '_id'),
    // it is written at its end, by hosts that are new
    partial('beginning', '', 'beginning'),
    // of a list of attributes: a key for each
    partial('attribute', '', 'terms', '_id'),
  ],
  parts: [
    index('quest_host', 'quest', 'state', 'host'),
    index('host', 'host', 'quest', 'state'),
    // in an order that no part ever changes
    index('past', 'quest', 'host'),
    // the sum of a quest's parts reads this index alone
    index('tally', 'quest', 'tally', 'emptied'),
  ],
  quests: [
    index('phase', 'phase', '_id'),
    index('phase_due', 'phase', 'due'),
    index('creator', 'record.state.creator', 'phase', '_id'),
    index('creator_due', 'record.state.creator', 'phase', 'due'),
    index('type', 'record.state.type', 'phase', '_id'),
    index('type_due', 'record.state.type', 'phase', 'due'),
    partial('dirty', true, 'dirty', '_id'),
    partial('behind', true, 'dirty', 'label'),
    partial('parked', true, 'isParked', '_id'),
    partial('unfinished', true, 'isUnfinished', '_id'),
    partial('seen', '', 'seenAt', '_id'),
  ],
  // the id leads with the quest, then the position
  quest_entries: [],
  catalogue: [],
  loads: [],
  names: [],
};
