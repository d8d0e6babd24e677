/** An event, as docs/api.md has it: what views have beside it is not shown. */
import { eventBody, eventViewBody } from '#contracts';
import type { LaborId, QuestId } from '#domain';
import { event, eventShown, expectBody, later } from '../testing-answers.js';
import { presentEvent, presentEventView } from './present.js';

test('an event', () => {
  expectBody(eventBody, presentEvent(event), eventShown);
  const full = {
    ...event,
    key: 'k',
    by: 'agent',
    attributes: { rpm: 1 },
    data: { of: [null, { its: 'own' }] },
    quest: 7 as QuestId,
    late: true,
    duplicate: true,
  };
  expectBody(eventBody, presentEvent(full), {
    ...eventShown,
    key: 'k',
    by: 'agent',
    attributes: { rpm: 1 },
    data: { of: [null, { its: 'own' }] },
    quest: 7,
    late: true,
    duplicate: true,
  });
});

test('a redacted event says who redacted it', () => {
  const redacted = { by: 'ann', principal: null, at: later, reason: 'a password' };
  expectBody(eventBody, presentEvent({ ...event, redacted }), { ...eventShown, redacted });
});

test('an event by its id: what it did, or why that is not said', () => {
  const [opened, closed, absorbed, perhaps] = ['a~1', 'a~2', 'a~3', 'a~4'].map((id) => [id as LaborId]);
  const lists = { opened: opened ?? [], closed: closed ?? [], absorbed: absorbed ?? [] };
  const known = { state: 'known', ...lists, perhapsAbsorbed: [] } as const;
  expectBody(eventViewBody, presentEventView({ event, effects: known }), { ...eventShown, ...lists });
  const unsure = { ...known, perhapsAbsorbed: perhaps ?? [] };
  const shown = { ...eventShown, ...lists, perhapsAbsorbed: perhaps };
  expectBody(eventViewBody, presentEventView({ event, effects: unsure }), shown);
  for (const state of ['pending', 'parked', 'omitted'] as const)
    expectBody(eventViewBody, presentEventView({ event, effects: { state } }), { ...eventShown, effects: state });
});
