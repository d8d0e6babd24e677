/** While an app waits for its stores its address answers: live, not ready, 503 for the rest. */
import { freePort } from '../../testing/free-port.js';
import { WaitingRoom } from './waiting-room.js';

test('live and not ready, with the reason as it is now; requests are 503, and the address is free afterwards', async () => {
  const port = await freePort();
  const room = new WaitingRoom({ host: '127.0.0.1', port });
  const at = (path: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`, init);
  await expect(at('/health/live')).rejects.toThrow();
  await room.report('the views are away');
  await room.report('the views are away still');
  expect([(await at('/health/live')).status, await (await at('/health/live')).json()]).toEqual([
    200,
    { status: 'live' },
  ]);
  const ready = await at('/health/ready');
  expect([ready.status, ready.headers.get('retry-after'), await ready.json()]).toEqual([
    503,
    '1',
    { status: 'not-ready', reasons: ['the views are away still'], warnings: [] },
  ]);
  const refused = await at('/api/v1/events', { method: 'POST', body: 'x'.repeat(100_000) });
  expect([refused.status, refused.headers.get('content-type'), refused.headers.get('retry-after')]).toEqual([
    503,
    'application/problem+json; charset=utf-8',
    '1',
  ]);
  expect(await refused.json()).toMatchObject({
    code: 'store-unavailable',
    detail: 'Hermes is starting: the views are away still',
  });
  await room.close();
  const next = new WaitingRoom({ host: '127.0.0.1', port });
  await next.report('again');
  await next.close();
});

test('an address in use is one line', async () => {
  const port = await freePort();
  const room = new WaitingRoom({ host: '127.0.0.1', port });
  await room.report('away');
  await expect(new WaitingRoom({ host: '127.0.0.1', port }).report('away')).rejects.toThrow(
    /^HERMES_PORT: \d+ .* is in use/,
  );
  await room.close();
});
