/** An event, as docs/api.md has it: what views have beside it is not shown. */
import { eventBody } from '#contracts';
import type { QuestId } from '#domain';
import { event, eventShown, expectBody } from '../testing-answers.js';
import { presentEvent } from './present.js';

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
