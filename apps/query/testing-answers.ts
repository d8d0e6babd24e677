/** What views hold, and how answers show it: for the specs of the presenters. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { LaborView, QuestView } from '#application';
import { positionOf, type EventDocument, type ParkRecord, type Schema, type Tally } from '#contracts';
import type { EventId, FateId, HostName, Instant, LaborId, QuestId, TypeName } from '#domain';

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });

/** Expects `presented` to be `shown`, field by field, and to be what `body` says, without a field beside it. */
export function expectBody<B>(body: Schema<B>, presented: B, shown: unknown): void {
  expect(presented).toEqual(shown);
  const validate = ajv.compile(body);
  expect([validate(JSON.parse(JSON.stringify(presented))), validate.errors]).toEqual([true, null]);
}

export const at = '2030-01-31T12:00:00.000Z' as Instant;
export const later = '2030-01-31T13:00:00.000Z' as Instant;
export const host = 'web-1' as HostName;
export const required = 'system-reboot-required' as TypeName;
export const completed = 'system-reboot-completed' as TypeName;
export const position = positionOf(18446744073709551614n);

export const event: EventDocument = {
  id: 'web-1~0' as EventId,
  host,
  revision: 0,
  position,
  type: required,
  category: 'system-reboot',
  state: 'required',
  key: null,
  at,
  recordedAt: later,
  by: null,
  principal: null,
  note: null,
  attributes: null,
  data: null,
  quest: null,
  late: false,
  duplicate: false,
  redacted: null,
};
export const eventShown = {
  id: 'web-1~0',
  host: 'web-1',
  type: 'system-reboot-required',
  at,
  recordedAt: later,
  by: null,
  principal: null,
  note: null,
  attributes: null,
  quest: null,
  revision: 0,
  position: '18446744073709551614',
};

export const opening = {
  event: 'web-1~0' as EventId,
  position,
  at,
  recordedAt: later,
  by: 'agent',
  principal: 'boot-agent',
  note: 'kernel',
  redacted: false,
  fate: 1 as FateId,
  catalogueRevision: 3,
};
export const openingShown = {
  event: 'web-1~0',
  at,
  recordedAt: later,
  by: 'agent',
  principal: 'boot-agent',
  note: 'kernel',
  fate: 1,
  catalogueRevision: 3,
};
export const closing = { ...opening, event: 'web-1~1' as EventId, type: completed, note: null, catalogueRevision: 4 };
export const closingShown = { ...openingShown, event: 'web-1~1', type: completed, note: null, catalogueRevision: 4 };

export const view: LaborView = {
  labor: {
    id: 'web-1~0' as LaborId,
    host,
    type: required,
    state: 'open',
    quest: null,
    chain: 'web-1~0' as LaborId,
    opened: opening,
    closed: null,
    ack: null,
    notes: [],
    assignee: null,
    assignment: null,
    past: null,
    actors: ['owner'],
    occurrences: 1,
    absorbed: [],
    lastSeen: at,
    overflow: null,
    position,
  },
  stranded: false,
  parked: false,
};
export const laborShown = {
  id: 'web-1~0',
  host: 'web-1',
  type: 'system-reboot-required',
  state: 'open',
  quest: null,
  chain: 'web-1~0',
  opened: openingShown,
  closed: null,
  ack: null,
  assignee: null,
  assignment: null,
  actors: ['owner'],
  occurrences: 1,
  lastSeen: at,
};

export const tally: Tally = {
  named: 1,
  chains: 3,
  unstarted: 1,
  inProgress: 1,
  completed: 1,
  waived: 0,
  labors: 4,
  open: 2,
  steps: { [required]: { open: 1, closed: 2 }, 'a-first': { open: 1, closed: 0 } },
};
export const counts = { chains: 3, unstarted: 1, inProgress: 1, completed: 1, waived: 0, labors: 4, open: 2 };
export const steps = [
  { type: 'a-first', open: 1, closed: 0 },
  { type: 'system-reboot-required', open: 1, closed: 2 },
];
export const parked: ParkRecord = { state: 'parked', reason: 'version 9', revision: 4, position, since: later };
export const parkedShown = {
  state: 'parked',
  reason: 'version 9',
  revision: 4,
  position: String(position),
  since: later,
};

export const quest: QuestView = {
  id: 7 as QuestId,
  type: required,
  creator: 'security',
  principal: 'on-call',
  description: 'reboot',
  target: null,
  references: [{ key: 'SEC-1' }],
  state: 'open',
  embarkedAt: at,
  adopting: false,
  removing: false,
  abandoned: null,
  completedAt: null,
  overdue: false,
  hosts: 3,
  hostCounts: { total: 3, done: 1, open: 1, without: 1, parked: 0, percent: 33.3 },
  tally,
  percent: 50,
  percentDone: 25,
  parked: null,
};
export const questShown = {
  id: 7,
  type: 'system-reboot-required',
  creator: 'security',
  principal: 'on-call',
  description: 'reboot',
  target: null,
  references: [{ key: 'SEC-1' }],
  state: 'open',
  embarkedAt: at,
  completedAt: null,
  overdue: false,
  hosts: 3,
  progress: {
    ...{ ...counts, percent: 50, percentDone: 25, steps },
    hosts: { total: 3, done: 1, open: 1, without: 1, parked: 0, percent: 33.3 },
  },
};
