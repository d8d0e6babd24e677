/** Redacting an event: what is written, what is refused, and what is so already. */
import { createMemoryJournal, ingestRig, report, type IngestRig } from '#testing';

let rig: IngestRig;

beforeEach(async () => {
  rig = ingestRig(createMemoryJournal());
  await rig.define();
  await rig.ingest.logEvents([report('a', { note: 'secret' })], rig.reporter);
});

const ASKED = { by: null, reason: 'a password' };
const typesOf = async (host: string) => (await rig.host(host)).map(({ type }) => type);
const redact = (event: string, more: { readonly idempotencyKey?: string } = {}) =>
  rig.ingest.redactEvent(event, ASKED, { ...rig.operator, ...more });

test('rule 25: a redaction is an entry of the host, by the caller where none is named', async () => {
  const outcome = await redact('A~0');
  const [, entry] = await rig.host('a');
  expect(outcome).toEqual({ ok: true, value: { position: entry?.position, changed: true } });
  expect([entry?.type, entry?.principal]).toEqual(['EventRedacted', 'ann']);
  expect(JSON.parse(entry?.json ?? '')).toEqual({ event: 'a~0', by: 'ann', reason: 'a password' });
});

test('an event that was only just logged is redacted, whatever the views know', async () => {
  for (const state of ['away', 'folding'] as const) {
    rig.views.state = state;
    expect(await redact('a~0')).toMatchObject({ ok: true, value: { changed: true } });
  }
  expect(await typesOf('a')).toEqual(['EventLogged', 'EventRedacted', 'EventRedacted']);
});

test('what is redacted already is answered, and writes nothing', async () => {
  rig.views.redacted.add('a~0');
  expect(await redact('a~0')).toMatchObject({ ok: true, value: { changed: false } });
  expect(await typesOf('a')).toEqual(['EventLogged']);
});

test('what is no event is refused with what stands there', async () => {
  await redact('a~0');
  const details = {
    'a~7': 'no event "a~7": GET /events lists them',
    'b~0': 'no event "b~0": GET /events lists them',
    'a~0.1': 'no event "a~0.1": an id is <host>~<revision>',
    'a~1': 'no event "a~1": there stands EventRedacted, and only events are redacted',
  };
  for (const [id, detail] of Object.entries(details))
    expect(await redact(id)).toEqual({ ok: false, problem: { code: 'event-unknown', detail } });
  expect(await typesOf('a')).toHaveLength(2);
  expect(await typesOf('b')).toEqual([]);
});

test('with an Idempotency-Key it is written once and answered as before, also where the views show it by then', async () => {
  const first = await redact('a~0', { idempotencyKey: 'k' });
  rig.views.redacted.add('a~0');
  expect(await redact('a~0', { idempotencyKey: 'k' })).toEqual(first);
  expect(await typesOf('a')).toEqual(['EventLogged', 'EventRedacted']);
});
