/** The kept answer of the largest request of events is one that every journal takes. */
import { MAX_EVENTS, positionOf } from '#contracts';
import { report } from '#testing';
import { singleRequest } from '../deciding/request.js';
import type { LoggedEvent } from '../ingest.js';
import { eventAnswers } from './event-answers.js';

/** What a state of EventStoreDB's adapter may have, the least of all; the rest is for the record around it. */
const MOST_BYTES = 1_000_000 - 10_000;

test('it has its place in a state, also where every event is a repeat that differs in all, on a host of its own', async () => {
  const events = Array.from({ length: MAX_EVENTS }, (_, nth): LoggedEvent => {
    const position = positionOf(2n ** 64n - 1n - BigInt(nth));
    const revision = 1_000_000_000 + nth;
    return {
      ...{ id: `h-${nth}~${revision}`, key: 'k', host: `h-${nth}`, type: 'disk-full', revision, position },
      ...{ duplicate: true, differs: ['note', 'attributes', 'data', 'by'], newHost: false },
    } as unknown as LoggedEvent;
  });
  const request = { ...singleRequest('6f1e2d3c-0000-4000-8000-000000000001'), since: positionOf(2n ** 64n - 1n) };
  const counts = { accepted: 0, duplicates: MAX_EVENTS, differing: MAX_EVENTS, newHosts: 0 };
  const answers = eventAnswers([report('a')], { principal: null }, { reports: (reports) => Promise.resolve(reports) });
  const kept = await answers.pack({ position: positionOf(2n ** 64n - 1n), ...counts, events }, request);
  expect(JSON.stringify(kept).length).toBeLessThan(MOST_BYTES);
});
