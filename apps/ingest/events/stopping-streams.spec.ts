/** Streams of events when the process stops: each learns up to which line it was taken, and what came by then is stored. */
import { startInProcess, type InProcess } from '../../../test/harness/in-process.js';
import { send } from '../../../test/harness/stream.js';
import { until } from '../../../libs/testing/until.js';

let hermes: InProcess;
let isOpen = true;
beforeEach(async () => {
  hermes = await startInProcess();
  isOpen = true;
  await hermes.api.must('/event-types', { category: 'disk', state: 'full' });
}, 60_000);
afterEach(async () => {
  if (isOpen) await hermes.close();
});

const line = (host: string): string => `${JSON.stringify({ type: 'disk-full', host })}\n`;
const NDJSON = { 'content-type': 'application/x-ndjson' };

/** A stream that is open until something is written to it. */
function stream(): ReturnType<typeof send> {
  const sending = send(
    hermes.api.origin,
    '/events',
    NDJSON,
    (async function* () {
      yield line('a');
      yield 'no event\n';
      yield line('b');
      // a line whose end does not come
      yield '{"type"';
      await new Promise(() => undefined);
    })(),
  );
  return sending;
}

test('an idle stream is answered at once, with the line up to which it was taken', async () => {
  const { answer } = stream();
  await until('its lines are stored', async () => (await hermes.api.total('/events')) === 2);
  const begun = performance.now();
  isOpen = false;
  await hermes.close();
  const { status, body } = await answer;
  expect([status, String(body['code'])]).toEqual([503, 'store-unavailable']);
  expect(String(body['detail'])).toContain('lines up to 3 are read (2 accepted, 0 duplicates, 1 rejected)');
  expect(String(body['detail'])).toContain('send those after it again (under another Idempotency-Key)');
  // long before the time that requests in flight have
  expect(performance.now() - begun).toBeLessThan(8000);
}, 60_000);
