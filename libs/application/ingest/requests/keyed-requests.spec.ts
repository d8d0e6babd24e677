/** What is remembered of requests with an Idempotency-Key, for how long, of how many, and what their keys mean. */
import { done, failed, type ErrorCode, type Outcome, type Uuid } from '#contracts';
import { countingJournal, createMemoryJournal, MemoryStore, until } from '#testing';
import { silentLog } from '../../log.js';
import { whole } from './answers.js';
import type { IngestRequest } from '../deciding/request.js';
import { KeyedRequests } from './keyed-requests.js';
import { turnsOf } from '../../../testing/turns.js';
import { REMEMBERED_MS } from './record.js';

const asking = { principal: 'ann', idempotencyKey: 'k' };
const REUSED: ErrorCode = 'idempotency-key-reused';
const START_MS = Date.parse('2024-05-01T08:00:00.000Z');
const answers = whole<{ readonly nth: number }>();

interface How {
  readonly use?: string;
  readonly body?: unknown;
}

function requestsOver(store = new MemoryStore(), startMs = START_MS) {
  let nowMs = startMs;
  const journal = countingJournal(createMemoryJournal({ store, now: () => nowMs }));
  const requests = new KeyedRequests(journal, { nowMs: () => nowMs }, () => crypto.randomUUID(), silentLog);
  let nth = 0;
  const ids: Uuid[] = [];
  const once = (
    who: { readonly principal: string | null; readonly idempotencyKey?: string } = asking,
    { use = 'x', body = null }: How = {},
    work: (request: IngestRequest) => Promise<Outcome<{ readonly nth: number }>> = async () =>
      done({ nth: (nth += 1) }),
  ) =>
    requests.once(who, { use: [use], body, answers }, (request) => {
      ids.push(request.uuid('id'));
      return work(request);
    });
  return { store, journal, requests, once, ids, advance: (ms: number) => void (nowMs += ms) };
}

const refusal = (code: ErrorCode) => async () => failed({ code, detail: 'no' });

test('without a key each request is work, and nothing is kept', async () => {
  const { once, ids, journal } = requestsOver();
  expect([await once({ principal: 'ann' }), await once({ principal: 'ann' })]).toMatchObject([
    { value: { nth: 1 } },
    { value: { nth: 2 } },
  ]);
  expect(new Set(ids).size).toBe(2);
  expect(journal.calls).toMatchObject({ readState: 0, writeState: 0, head: 0 });
});

test('the largest request is compared in turns with others, in all of its parts', async () => {
  const { once } = requestsOver();
  const hosts = Array.from({ length: 1_000_000 }, (_, nth) => `web-${nth}.fra1.example.com`);
  const body = { type: 'disk-full', hosts };
  const turns = await turnsOf(async () => {
    expect(await once(asking, { body })).toMatchObject({ value: { nth: 1 } });
  });
  expect(turns).toBe('in turns');
  expect(await once(asking, { body: { hosts: [...hosts], type: 'disk-full' } })).toMatchObject({ value: { nth: 1 } });
  for (const changed of [hosts.with(-1, 'web-x'), hosts.slice(1), [hosts[1], hosts[0], ...hosts.slice(2)]])
    expect(await once(asking, { body: { ...body, hosts: changed } })).toMatchObject({ problem: { code: REUSED } });
});

test('a key is one request of one caller for one thing', async () => {
  const { once } = requestsOver();
  expect(await once()).toMatchObject({ value: { nth: 1 } });
  expect(await once()).toMatchObject({ value: { nth: 1 } });
  expect(await once({ ...asking, principal: 'ben' })).toMatchObject({ value: { nth: 2 } });
  expect(await once({ ...asking, principal: null })).toMatchObject({ value: { nth: 3 } });
  expect(await once({ ...asking, idempotencyKey: 'K' })).toMatchObject({ value: { nth: 4 } });
  expect(await once(asking, { use: 'y' })).toMatchObject({ value: { nth: 5 } });
  expect(await once()).toMatchObject({ value: { nth: 1 } });
});

test('round trips: a first request costs one look and two writes of a state, a repeat one look', async () => {
  const { once, journal } = requestsOver();
  await once();
  expect(journal.calls).toMatchObject({ head: 1, readState: 1, writeState: 2, append: 0, read: 0 });
  journal.resetCalls();
  await once();
  expect(journal.calls).toMatchObject({ head: 1, readState: 1, writeState: 0, append: 0, read: 0 });
});

test('the key with another body is refused, and the first request stays as it was', async () => {
  const { once } = requestsOver();
  await once(asking, { body: { a: 1 } });
  expect(await once(asking, { body: { a: 2 } })).toMatchObject({ problem: { code: 'idempotency-key-reused' } });
  expect(await once(asking, { body: { a: 1 } })).toMatchObject({ value: { nth: 1 } });
});

test('a day later the key is free: the request is another one', async () => {
  const { once, advance, ids } = requestsOver();
  await once();
  advance(REMEMBERED_MS - 1);
  expect(await once()).toMatchObject({ value: { nth: 1 } });
  advance(1);
  expect(await once(asking, { body: 'other' })).toMatchObject({ value: { nth: 2 } });
  expect(new Set(ids).size).toBe(2);
});

test('a clock that was a year ahead for a while does not keep a record until then', async () => {
  const { once, advance } = requestsOver(undefined, Date.parse('2025-05-01T08:00:00.000Z'));
  await once();
  advance(-365 * REMEMBERED_MS);
  expect(await once()).toMatchObject({ value: { nth: 2 } });
});

test('what was refused for good at the first try is judged again, and its key may be used for what was put right', async () => {
  const { once } = requestsOver();
  expect(await once(asking, { body: 1 }, refusal('event-type-unknown'))).toMatchObject({ ok: false });
  expect(await once(asking, { body: 2 })).toMatchObject({ value: { nth: 1 } });
});

test.each(['outcome-unknown', 'store-unavailable', 'internal'] as const)(
  'after %s it is the same request still',
  async (code) => {
    const { once, ids } = requestsOver();
    expect(await once(asking, { body: 1 }, refusal(code))).toMatchObject({ problem: { code } });
    expect(await once(asking, { body: 2 })).toMatchObject({ problem: { code: 'idempotency-key-reused' } });
    expect(await once(asking, { body: 1 })).toMatchObject({ value: { nth: 1 } });
    expect(ids[0]).toBe(ids[1]);
  },
);

test('a refusal after an earlier try is not forgotten: that one may have done something', async () => {
  const { once, ids } = requestsOver();
  await once(asking, { body: 1 }, refusal('outcome-unknown'));
  await once(asking, { body: 1 }, refusal('event-type-unknown'));
  expect(await once(asking, { body: 1 })).toMatchObject({ ok: true });
  expect(new Set(ids).size).toBe(1);
});

test('a refusal does not stand against the answer that another process has given meanwhile', async () => {
  const store = new MemoryStore();
  const [one, other] = [requestsOver(store), requestsOver(store)];
  const late = async (): Promise<Outcome<never>> => {
    await other.once();
    return failed({ code: 'labor-not-open', detail: 'no' });
  };
  expect(await one.once(asking, {}, late)).toMatchObject({ value: { nth: 1 } });
  expect(one.ids).toEqual(other.ids);
});

test('a first try that is refused does not forget what another has joined meanwhile', async () => {
  const store = new MemoryStore();
  const [one, other] = [requestsOver(store), requestsOver(store)];
  const joined = async (): Promise<Outcome<never>> => {
    await other.once(asking, {}, refusal('outcome-unknown'));
    return failed({ code: 'event-type-unknown', detail: 'no' });
  };
  expect(await one.once(asking, {}, joined)).toMatchObject({ ok: false });
  expect(await other.once()).toMatchObject({ ok: true });
  expect(new Set([...one.ids, ...other.ids]).size).toBe(1);
});

test('of two answers the one that was kept first is given', async () => {
  const store = new MemoryStore();
  const [one, other] = [requestsOver(store), requestsOver(store)];
  const late = async () => {
    await other.once();
    return done({ nth: 7 });
  };
  expect(await one.once(asking, {}, late)).toEqual(done({ nth: 1 }));
});

test('two of one key at once: the second waits for the first; when stopping it is refused', async () => {
  const { once, requests } = requestsOver();
  let go: () => void = () => undefined;
  const gate = new Promise<void>((open) => (go = open));
  let begun = 0;
  const work = async () => {
    begun += 1;
    await gate;
    return done({ nth: 9 });
  };
  const both = [once(asking, {}, work), once(asking, {}, work)];
  await until('the work has begun', () => begun > 0, { everyMs: 0 });
  const third = once(asking, {}, work);
  go();
  expect(await Promise.all([...both, third])).toEqual([done({ nth: 9 }), done({ nth: 9 }), done({ nth: 9 })]);
  expect(begun).toBe(1);
  requests.close();
  expect(await once()).toMatchObject({ problem: { code: 'store-unavailable' } });
});

test('each request has a state of its own, whose time to live is a day from its last write', async () => {
  const { once, store, advance } = requestsOver();
  await Promise.all(['a', 'b', 'c'].map((idempotencyKey) => once({ ...asking, idempotencyKey })));
  const states = [...store.states];
  expect(states).toHaveLength(3);
  for (const [name, { expiresAtMs }] of states) {
    expect(name).toMatch(/^request-[0-9a-f]{40}$/);
    expect(expiresAtMs).toBe(START_MS + REMEMBERED_MS);
  }
  advance(1000);
  await once({ ...asking, idempotencyKey: 'a' }, {}, refusal('internal'));
  expect([...store.states.values()].map(({ expiresAtMs }) => expiresAtMs)).toEqual(
    states.map(() => START_MS + REMEMBERED_MS),
  );
});

test('a request that is resumed is remembered for a day from then on, and what was refused for good not at all', async () => {
  const { once, store, advance } = requestsOver();
  await once(asking, {}, refusal('outcome-unknown'));
  advance(1000);
  await once(asking, {}, refusal('outcome-unknown'));
  const [record] = [...store.states.values()];
  expect(record!.expiresAtMs).toBe(START_MS + 1000 + REMEMBERED_MS);
  await once({ ...asking, idempotencyKey: 'refused' }, {}, refusal('event-type-unknown'));
  const [, refused] = [...store.states.values()];
  expect(refused!.expiresAtMs).toBe(START_MS + 1001);
});

test('an answer that a state cannot hold is not kept; the request stays begun', async () => {
  const { once, ids, journal } = requestsOver();
  const large = async () => done({ nth: 1, text: 'x'.repeat(journal.maxAppendBytes) });
  expect(await once(asking, {}, large)).toMatchObject({ ok: true });
  expect(await once(asking, {}, large)).toMatchObject({ ok: true });
  expect(ids[0]).toBe(ids[1]);
});

test('a field that says nothing is no other body: not of the whole, not of its items; deeper down it is the client’s', async () => {
  const { once } = requestsOver();
  const reused = { problem: { code: 'idempotency-key-reused' } };
  const event = { host: 'a', note: null, attributes: { x: 1 }, data: { y: null } };
  expect(await once(asking, { body: [event] })).toMatchObject({ value: { nth: 1 } });
  const { note: _, ...shorter } = event;
  expect(await once(asking, { body: [{ ...shorter, later: null }] })).toMatchObject({ value: { nth: 1 } });
  expect(await once(asking, { body: [{ ...event, data: {} }] })).toMatchObject(reused);
  expect(await once(asking, { body: [{ ...event, note: '' }] })).toMatchObject(reused);
  const bulk = { ...asking, idempotencyKey: 'bulk' };
  expect(await once(bulk, { body: { ids: ['a~0'], action: { by: null, note: 'x' } } })).toMatchObject({ ok: true });
  expect(await once(bulk, { body: { ids: ['a~0'], action: { note: 'x' }, where: null } })).toMatchObject({
    value: { nth: 2 },
  });
});

test('a request is the same in whatever order the fields of its objects stand', async () => {
  const { once } = requestsOver();
  expect(await once(asking, { body: { type: { category: 'a', state: 'b' }, hosts: ['x', 'y'] } })).toMatchObject({
    value: { nth: 1 },
  });
  expect(await once(asking, { body: { hosts: ['x', 'y'], type: { state: 'b', category: 'a' } } })).toMatchObject({
    value: { nth: 1 },
  });
  expect(await once(asking, { body: { hosts: ['y', 'x'], type: { state: 'b', category: 'a' } } })).toMatchObject({
    problem: { code: 'idempotency-key-reused' },
  });
});
