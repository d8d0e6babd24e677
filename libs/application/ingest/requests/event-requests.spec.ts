/** Events of a request with an Idempotency-Key: done once, answered as before, each event under a key of the request. */
import { MAX_EVENTS, type EventReport } from '#contracts';
import { createMemoryJournal, ingestRig, MemoryStore, report, wrapJournal } from '#testing';
import { type Act, again, caller, entries, everywhere, MINUTE_MS, prepared } from './testing-tries.js';

const DAY_MS = 24 * 60 * MINUTE_MS;

const logging: Act = ({ ingest }) => ingest.logEvents([report('a'), report('b', { key: 'own' }), report('a')], caller);

/** Events of the host `a` by others, after the request. */
async function busy(store: MemoryStore, count: number): Promise<void> {
  const { ingest, reporter } = ingestRig(createMemoryJournal({ store }));
  for (let from = 0; from < count; from += 5000) {
    const some = Array.from({ length: Math.min(5000, count - from) }, () => report('a'));
    expect(await ingest.logEvents(some, reporter)).toMatchObject({ ok: true });
  }
}

/** What one waits for, and another gives. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return {
    given,
    give: () => {
      give();
    },
  };
}

function act(reports: readonly EventReport[], principal: string | null = 'ann', idempotencyKey = 'run-17'): Act {
  return ({ ingest }) => ingest.logEvents(reports, { ...caller, principal, idempotencyKey });
}

describe('events', () => {
  test('those without a key get one of caller, request and place; sent again they are answered as before', async () => {
    const store = await prepared();
    const first = await again(store, logging);
    expect(first).toMatchObject({
      value: {
        accepted: 3,
        events: [
          { key: expect.stringMatching(/^ann\/run-17\/[0-9a-f]{8}\/0$/) as string, revision: 1 },
          { key: 'own' },
          { key: expect.stringMatching(/^ann\/run-17\/[0-9a-f]{8}\/2$/) as string, revision: 2 },
        ],
      },
    });
    expect(await again(store, logging)).toEqual(first);
    expect(entries(store, 'host-')).toHaveLength(6);
  });

  test('wherever the first try ends, each event is there once, and the answer is that of one try', async () => {
    const check = (store: MemoryStore) => {
      expect(entries(store, 'host-').map(({ id }) => id)).toHaveLength(6);
    };
    await everywhere(logging, prepared, check);
  });

  test('another body under the key is refused; the same in other words is the same', async () => {
    const store = await prepared();
    const first = await again(store, act([report('a', { attributes: { one: 1, two: 2 } })]));
    const reused = { ok: false, problem: { code: 'idempotency-key-reused' } };
    expect(await again(store, act([report('a', { note: 'x' })]))).toMatchObject(reused);
    expect(await again(store, act([report('a', { type: 'disk-cleaned' })]))).toMatchObject(reused);
    expect(await again(store, act([report('a'), report('a')]))).toMatchObject(reused);
    expect(await again(store, act([report('a', { attributes: { two: 2, one: 1 } })]))).toEqual(first);
    expect(entries(store, 'host-a')).toHaveLength(2);
  });

  test.each([null, 'ann/run-17', 'ann'])('the key of %s is not that of another token', async (name) => {
    const store = await prepared();
    await again(store, act([report('a')], 'ben'));
    const first = await again(store, act([report('a')], name));
    expect(first).toMatchObject({ ok: true, value: { accepted: 1 } });
    expect(entries(store, 'host-a')).toHaveLength(3);
  });

  test('a name with a slash makes no key that another name and key make', async () => {
    const store = await prepared();
    await again(store, act([report('a')], 'ann/x', 'k'));
    expect(await again(store, act([report('a')], 'ann', 'x/k'))).toMatchObject({ value: { accepted: 1 } });
  });

  test('for 24 hours, across restarts and 10,000 events of the host later; a day later it is another request', async () => {
    const store = await prepared();
    const logged = act([report('a'), report('b'), report('a', { type: { category: 'disk', state: 'cleaned' } })]);
    const first = await again(store, logged);
    await busy(store, 10_500);
    expect(await again(store, logged, MINUTE_MS + DAY_MS - 1)).toEqual(first);
    expect(entries(store, 'host-b')).toHaveLength(2);
    const other = await again(store, act([report('b', { note: 'other' })]), 2 * DAY_MS);
    expect(other).toMatchObject({ value: { accepted: 1 } });
  });

  test('a day later its events are new, also those of which the host has one of the same key and place', async () => {
    const store = await prepared();
    const logged = act([report('a')]);
    expect(await again(store, logged)).toMatchObject({ value: { accepted: 1, events: [{ id: 'a~1' }] } });
    expect(await again(store, logged, 2 * DAY_MS)).toMatchObject({ value: { accepted: 1, events: [{ id: 'a~2' }] } });
    const own = act([report('a', { key: 'own' })]);
    expect(await again(store, own, 4 * DAY_MS)).toMatchObject({ value: { accepted: 1 } });
    expect(await again(store, own, 6 * DAY_MS)).toMatchObject({ value: { accepted: 0, duplicates: 1 } });
  });

  test('of two tries at once in two processes each answers as one alone, however many events others log meanwhile', async () => {
    const store = await prepared();
    const base = createMemoryJournal({ store });
    const [begun, stored, free, over] = [signal(), signal(), signal(), signal()];
    const first = wrapJournal(base, {
      writeState: async (...call) => {
        const outcome = await base.writeState(...call);
        begun.give();
        await free.given;
        return outcome;
      },
    });
    const second = wrapJournal(base, {
      append: async (all) => {
        const outcomes = await base.append(all);
        stored.give();
        await over.given;
        return outcomes;
      },
    });
    const one = act([report('a')])(ingestRig(first));
    await begun.given;
    const two = act([report('a')])(ingestRig(second));
    await stored.given;
    await busy(store, 200);
    free.give();
    const answer = await one;
    over.give();
    expect(answer).toMatchObject({ value: { accepted: 1, duplicates: 0, events: [{ id: 'a~1' }] } });
    expect(await two).toEqual(answer);
    expect(entries(store, 'host-a')).toHaveLength(2 + 200);
  });

  test('a try that ended half way is resumed, however many events the host has had since', async () => {
    const store = await prepared();
    const base = createMemoryJournal({ store });
    let states = 0;
    const dying = wrapJournal(base, {
      // the answer is not kept: the process ends there
      writeState: (...call) => ((states += 1) === 1 ? base.writeState(...call) : Promise.reject(new Error('killed'))),
    });
    await expect(ingestRig(dying).ingest.logEvents([report('a')], caller)).rejects.toThrow('killed');
    await busy(store, 10_500);
    const resumed = await again(store, act([report('a')]));
    expect(resumed).toMatchObject({ value: { accepted: 1, duplicates: 0, events: [{ id: 'a~1' }] } });
    expect(entries(store, 'host-a')).toHaveLength(2 + 10_500);
  });

  test('10,000 events are remembered as one is: answered as before whatever their hosts had since, another body is refused', async () => {
    const store = await prepared();
    const many = (note: string | null) =>
      Array.from({ length: MAX_EVENTS }, (_, nth) => report(nth % 2 === 0 ? 'a' : 'c', { note }));
    const first = await again(store, act(many(null)));
    expect(first).toMatchObject({ value: { accepted: MAX_EVENTS } });
    await busy(store, MAX_EVENTS + 100);
    expect(await again(store, act(many(null)))).toEqual(first);
    expect(await again(store, act(many('x')))).toMatchObject({ problem: { code: 'idempotency-key-reused' } });
  });

  test('a request of many hosts reads no further back on them than rule 24 asks, with an Idempotency-Key as without', async () => {
    const store = await prepared();
    await busy(store, 2000);
    const base = createMemoryJournal({ store });
    let entriesRead = 0;
    const journal = wrapJournal(base, {
      read: async (reads) => {
        const answers = await base.read(reads);
        for (const { length } of answers) entriesRead += length;
        return answers;
      },
    });
    const many = Array.from({ length: 1001 }, (_, nth) => report(nth === 0 ? 'a' : `other-${nth}`));
    expect(await act(many)(ingestRig(journal))).toMatchObject({ value: { accepted: 1001 } });
    expect(entriesRead).toBeLessThan(500);
  });

  test('a stream’s have their line’s number', async () => {
    const store = await prepared();
    const streaming: Act = ({ ingest }) =>
      ingest.logEventStream(
        (async function* () {
          yield [report('a', { path: '1' }), report('a', { path: '3', key: 'own' })];
          yield [report('a', { path: '4' })];
        })(),
        caller,
      );
    expect(await again(store, streaming)).toMatchObject({ accepted: 3, duplicates: 0 });
    expect(await again(store, streaming)).toMatchObject({ accepted: 0, duplicates: 3 });
    const keys = entries(store, 'host-a').map(({ json }) => (JSON.parse(json) as { key: string | null }).key);
    expect(keys).toEqual([undefined, 'ann/run-17/1', 'own', 'ann/run-17/4']);
  });

  test('a key that would be too long is shortened, the same every time; without tokens it begins with the header', async () => {
    const store = await prepared();
    const long = act([report('a')], 'ann', 'x'.repeat(200));
    const first = await again(store, long);
    expect(first).toMatchObject({
      value: { accepted: 1, events: [{ key: expect.stringMatching(/^[0-9a-f]{64}\/[0-9a-f]{8}\/0$/) as string }] },
    });
    expect(await again(store, long)).toEqual(first);
    expect(await again(store, act([report('a')], null))).toMatchObject({
      value: { events: [{ key: expect.stringMatching(/^run-17\/[0-9a-f]{8}\/0$/) as string }] },
    });
  });
});
