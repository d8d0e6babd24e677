/** Redacting an event (rule 25) over HTTP: nothing that is answered from then on shows what it said. */
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

const SECRET = 'p4ssw0rd';
const SAID = { by: SECRET, note: `pw ${SECRET}`, attributes: { pin: SECRET }, data: { deep: [SECRET] } };

/** Every answer that shows the first two events of the host, or its labors, as text. */
async function shown(host: string): Promise<string> {
  const { api } = hermes;
  const paths = [
    ...[`/events?host=${host}`, `/events?by=${SECRET}`, `/events/${host}~0`, `/events/${host}~1`, `/hosts/${host}`],
    ...[`/labors?host=${host}`, `/labors/${host}~0`, `/labors/${host}~0/why`],
  ];
  const pages = await Promise.all(paths.map(async (path) => JSON.stringify((await api.get(path)).body)));
  const whole = ['events', 'labors'].flatMap((list) =>
    ['csv', 'ndjson'].map(async (format) => {
      const headers = { 'hermes-min-position': String(api.position), 'hermes-wait': '20' };
      const response = await fetch(`${api.origin}/api/v1/${list}?host=${host}&format=${format}`, { headers });
      return response.text();
    }),
  );
  return [...pages, ...(await Promise.all(whole))].join('\n');
}

test('rule 25: no answer, list or export shows what a redacted event said; what it did stays', async () => {
  const { api } = hermes;
  const event = { host: 'first', ...SAID };
  await api.must('/events', { type: 'disk-full', key: 'k', ...event });
  await api.must('/events', { type: 'disk-cleaned', ...event });
  expect((await shown('first')).split(SECRET).length).toBeGreaterThan(20);
  const redacted = await api.post('/events/first~0/redact', { by: 'ann', reason: 'a password' });
  expect([redacted.status, redacted.body]).toMatchObject([200, { changed: true }]);
  expect(await api.read('/events/first~0')).toMatchObject({
    ...{ type: 'disk-full', host: 'first', key: 'k', by: null, note: null, attributes: null, opened: ['first~0'] },
    redacted: { by: 'ann', principal: null, reason: 'a password' },
  });
  expect(await api.read('/events/first~0')).not.toHaveProperty('data');
  expect(await api.read('/labors/first~0')).toMatchObject({
    state: 'completed',
    opened: { event: 'first~0', by: null, note: null, redacted: true },
    closed: { event: 'first~1', note: SAID.note },
  });
  await api.must('/events/FIRST~1/redact', { reason: 'the same' });
  expect(await shown('first')).not.toContain(SECRET);
  expect((await api.read('/labors/first~0'))['closed']).toMatchObject({ by: null, note: null, redacted: true });
  expect(await api.total('/events?host=first')).toBe(2);
});

test('rule 25: again it changes nothing; a repeat of the event is still one, and brings nothing back', async () => {
  const { api } = hermes;
  const event = { type: 'disk-full', host: 'again', key: 'k', ...SAID };
  await api.must('/events', event);
  const key = { 'idempotency-key': 'redact-1' };
  const first = await api.post('/events/again~0/redact', { reason: 'a password' }, key);
  expect(first.body['changed']).toBe(true);
  const other = await api.post('/events/again~0/redact', { reason: 'another' });
  expect([other.status, other.body['changed']]).toEqual([200, false]);
  expect((await api.post('/events/again~0/redact', { reason: 'a password' }, key)).body).toEqual(first.body);
  const repeat = await api.post('/events', event);
  expect([repeat.status, repeat.body['duplicates']]).toEqual([200, 1]);
  expect(JSON.stringify(repeat.body)).not.toContain(SECRET);
  expect((await api.read('/events/again~0'))['redacted']).toMatchObject({ reason: 'a password' });
  expect(await shown('again')).not.toContain(SECRET);
});

test('what is no event is refused: a command, a labor’s id, nothing at all', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', host: 'other' });
  await api.must('/labors/other~0/ack', { by: 'ann', note: 'seen' });
  for (const id of ['other~1', 'other~0.1', 'other~7', 'nobody~0', 'other']) {
    const answer = await api.post(`/events/${id}/redact`, { reason: 'x' });
    expect([id, answer.status, answer.body['code']]).toEqual([id, 404, 'event-unknown']);
  }
});
