/** Redacting an event over HTTP, over a fake of the use cases. */
import { done, failed, positionOf } from '#contracts';
import { INGEST } from '#platform';
import { overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(7n);

test('an event is redacted, with a reason and maybe a name', async () => {
  ingest.answer(done({ position, changed: true }));
  const { status, body, headers } = await ingest.call('POST', '/events/web-1~0/redact', { reason: 'a\nb', by: 'ann' });
  expect([status, body, headers['hermes-position']]).toEqual([200, { position: '7', changed: true }, '7']);
  ingest.answer(done({ position, changed: false }));
  const again = await ingest.call('POST', '/events/web-1~0/redact', { reason: 'a\nb' });
  expect([again.status, again.body]).toEqual([200, { position: '7', changed: false }]);
  expect(ingest.calls.map((call) => call.slice(0, 3))).toEqual([
    ['redactEvent', 'web-1~0', { by: 'ann', reason: 'a\nb' }],
    ['redactEvent', 'web-1~0', { by: null, reason: 'a\nb' }],
  ]);
});

test('what is no event is 404', async () => {
  ingest.answer(failed({ code: 'event-unknown', detail: 'no event' }));
  const answer = await ingest.call('POST', '/events/web-1~7/redact', { reason: 'x' });
  expect(answer).toMatchObject({ status: 404, body: { code: 'event-unknown' } });
});
