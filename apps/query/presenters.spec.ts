/** The shapes of what is answered, field by field as docs/api.md has them: what views have beside them is not shown. */
import type { HostDossier, LaborView, LaborWhy, QuestHostView, QuestView, Stats } from '#application';
import { positionOf, type EventDocument, type ParkRecord, type Tally } from '#contracts';
import type { EventId, FateId, HostName, Instant, LaborId, QuestId, TypeName } from '#domain';
import { presentEvent } from './events/present.js';
import { presentDossier, presentHost } from './hosts/present.js';
import { presentLabor, presentWhy } from './labors/present.js';
import { presentQuest, presentQuestHost } from './quests/present.js';
import { presentStats } from './stats/present.js';

const at = '2030-01-31T12:00:00.000Z' as Instant;
const later = '2030-01-31T13:00:00.000Z' as Instant;
const host = 'web-1' as HostName;
const required = 'system-reboot-required' as TypeName;
const completed = 'system-reboot-completed' as TypeName;
const position = positionOf(18446744073709551614n);

const event: EventDocument = {
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
  note: null,
  attributes: null,
  quest: null,
  late: false,
  duplicate: false,
};
const eventShown = {
  id: 'web-1~0',
  host: 'web-1',
  type: 'system-reboot-required',
  at,
  recordedAt: later,
  by: null,
  note: null,
  attributes: null,
  quest: null,
  revision: 0,
  position: '18446744073709551614',
};

test('an event', () => {
  expect(presentEvent(event)).toEqual(eventShown);
  const full = {
    ...event,
    key: 'k',
    by: 'agent',
    attributes: { rpm: 1 },
    quest: 7 as QuestId,
    late: true,
    duplicate: true,
  };
  expect(presentEvent(full)).toEqual({
    ...eventShown,
    key: 'k',
    by: 'agent',
    attributes: { rpm: 1 },
    quest: 7,
    late: true,
    duplicate: true,
  });
});

const opening = {
  event: 'web-1~0' as EventId,
  position,
  at,
  recordedAt: later,
  by: 'agent',
  note: 'kernel',
  fate: 1 as FateId,
  catalogueRevision: 3,
};
const openingShown = {
  event: 'web-1~0',
  at,
  recordedAt: later,
  by: 'agent',
  note: 'kernel',
  fate: 1,
  catalogueRevision: 3,
};
const closing = { ...opening, event: 'web-1~1' as EventId, type: completed, note: null, catalogueRevision: 4 };
const closingShown = { ...openingShown, event: 'web-1~1', type: completed, note: null, catalogueRevision: 4 };

const view: LaborView = {
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
    actors: ['owner'],
    occurrences: 1,
    lastSeen: at,
    overflow: false,
    position,
  },
  stranded: false,
  parked: false,
};
const laborShown = {
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
  actors: ['owner'],
  occurrences: 1,
  lastSeen: at,
};

test('rule 12: a labor', () => {
  expect(presentLabor(view)).toEqual(laborShown);
  const ack = { by: null, at: later, note: 'seen' };
  const notes = [ack, { ...ack, by: 'ann' }];
  const labor = {
    ...{ ...view.labor, state: 'completed' as const, closed: closing, ack, notes, assignee: 'bob', overflow: true },
  };
  expect(presentLabor({ labor, stranded: true, parked: true })).toEqual({
    ...laborShown,
    state: 'completed',
    closed: closingShown,
    ack,
    notes,
    assignee: 'bob',
    stranded: true,
    overflow: true,
    parked: true,
  });
});

const fate = {
  id: 1 as FateId,
  creates: required,
  completedBy: completed,
  intermediate: false,
  follows: null,
  onRepeat: 'open' as const,
  name: 'reboot',
  description: null,
  actors: ['owner' as const],
  status: 'in-force' as const,
};

test('rule 16: why a labor is open, and why closed', () => {
  const why: LaborWhy = {
    labor: 'web-1~0' as LaborId,
    state: 'open',
    opened: opening,
    openingFate: fate,
    closed: null,
    closingFate: null,
    parked: false,
    completedBy: [{ type: completed, fates: [1 as FateId] }],
  };
  const shown = {
    labor: 'web-1~0',
    state: 'open',
    opened: openingShown,
    openingFate: fate,
    closed: null,
    closingFate: null,
    completedBy: [{ type: 'system-reboot-completed', fates: [1] }],
  };
  expect(presentWhy(why)).toEqual(shown);
  const closed = { ...why, state: 'completed' as const, openingFate: null, closed: closing, closingFate: fate };
  expect(presentWhy({ ...closed, completedBy: [] })).toEqual({
    ...shown,
    state: 'completed',
    openingFate: null,
    closed: closingShown,
    closingFate: fate,
    completedBy: [],
  });
});

const tally: Tally = {
  chains: 3,
  unstarted: 1,
  inProgress: 1,
  completed: 1,
  waived: 0,
  labors: 4,
  open: 2,
  steps: { [required]: { open: 1, closed: 2 }, 'a-first': { open: 1, closed: 0 } },
};
const counts = { chains: 3, unstarted: 1, inProgress: 1, completed: 1, waived: 0, labors: 4, open: 2 };
const steps = [
  { type: 'a-first', open: 1, closed: 0 },
  { type: 'system-reboot-required', open: 1, closed: 2 },
];
const parked: ParkRecord = { state: 'parked', reason: 'version 9', revision: 4, position, since: later };
const parkedShown = { state: 'parked', reason: 'version 9', revision: 4, position: String(position), since: later };

const quest: QuestView = {
  id: 7 as QuestId,
  type: required,
  creator: 'security',
  description: 'reboot',
  target: null,
  references: [{ key: 'SEC-1' }],
  state: 'open',
  embarkedAt: at,
  completedAt: null,
  overdue: false,
  hosts: 3,
  tally,
  percent: 50,
  parked: null,
};
const questShown = {
  id: 7,
  type: 'system-reboot-required',
  creator: 'security',
  description: 'reboot',
  target: null,
  references: [{ key: 'SEC-1' }],
  state: 'open',
  embarkedAt: at,
  completedAt: null,
  overdue: false,
  hosts: 3,
  progress: { ...counts, percent: 50, steps },
};

test('rules 20 and 21: a quest, and a host of it', () => {
  expect(presentQuest(quest)).toEqual(questShown);
  expect(presentQuest({ ...quest, parked })).toEqual({ ...questShown, parked: parkedShown });
  const part: QuestHostView = { host, tally, open: [view] };
  expect(presentQuestHost(part)).toEqual({ host: 'web-1', progress: { ...counts, steps }, openLabors: [laborShown] });
});

test('a host of a list, and all about one', () => {
  expect(presentHost({ host, openLabors: 2, updatedAt: later, parked: null })).toEqual({
    host: 'web-1',
    open: 2,
    updatedAt: later,
  });
  const dossier: HostDossier = {
    host,
    updatedAt: later,
    parked,
    openLabors: [view],
    newestEvents: [event],
    lastByCategory: [event],
    quests: [quest],
  };
  expect(presentDossier(dossier)).toEqual({
    host: 'web-1',
    updatedAt: later,
    parked: parkedShown,
    openLabors: [laborShown],
    lastStates: [{ category: 'system-reboot', state: 'required', at, event: 'web-1~0' }],
    newestEvents: [eventShown],
    quests: [questShown],
  });
});

test('the figures over everything, each with its age', () => {
  const stats: Stats = {
    totals: {
      value: {
        hosts: 1,
        events: 2,
        labors: { open: 1, completed: 2, waived: 3 },
        quests: { embarking: 0, open: 1, completed: 2, abandoned: 0, empty: 3 },
      },
      ageMs: 1500,
    },
    openByType: { value: [{ type: required, open: 1, oldest: at }], ageMs: 0 },
    oldestOpen: { value: null, ageMs: 0 },
    eventsPerHour: { value: [{ hour: at, events: 2 }], ageMs: 250 },
  };
  expect(presentStats(stats)).toEqual({
    totals: {
      value: {
        hosts: 1,
        events: 2,
        labors: { open: 1, completed: 2, waived: 3 },
        quests: { embarking: 0, open: 1, completed: 2, empty: 3 },
      },
      ageS: 1.5,
    },
    openByType: { value: [{ type: 'system-reboot-required', open: 1, oldest: at }], ageS: 0 },
    oldestOpen: { value: null, ageS: 0 },
    eventsPerHour: { value: [{ hour: at, events: 2 }], ageS: 0.25 },
  });
});
