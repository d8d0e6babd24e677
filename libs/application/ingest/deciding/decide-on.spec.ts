/** Deciding on a stream: once, at the revision seen, again where another came first, and never half. */
import { done, failed, type NewEntry, type Outcome } from '#contracts';
import type { Instant } from '#domain';
import type { Journal } from '#ports';
import {
  createMemoryJournal,
  faultyJournal,
  MemoryStore,
  scriptedFaults,
  wrapJournal,
  type WriteFault,
} from '#testing';
import { append, decideInTurn, decideOn, nothing, type Decided } from './decide-on.js';
import { SerialQueue } from './serial-queue.js';

const STREAM = 'quest-7';

function entry(text: string): NewEntry {
  const recordedAt = '2024-05-01T08:00:00.000Z' as Instant;
  return { id: crypto.randomUUID(), type: 'Noted', version: 1, json: JSON.stringify({ text }), recordedAt };
}

function rig(over: (journal: Journal) => Journal = (journal) => journal) {
  const store = new MemoryStore();
  const plain = createMemoryJournal({ store });
  const journal = over(plain);
  const load = async () => ({ revision: (store.streams.get(STREAM)?.length ?? 0) - 1 });
  const texts = () =>
    (store.streams.get(STREAM) ?? []).map(({ json }) => (JSON.parse(json) as { readonly text: string }).text);
  const rival = (text: string) => plain.append([{ stream: STREAM, expected: 'any', entries: [entry(text)] }]);
  return { store, texts, rival, subject: { journal, stream: STREAM, name: 'quest 7', load } };
}

const writing = (...texts: readonly string[]): Outcome<Decided<number>> =>
  append(
    texts.map((text) => [entry(text)]),
    ({ revision }) => revision,
  );

test('nothing to write: the answer, and no append', async () => {
  const { subject, texts } = rig();
  expect(await decideOn(subject, () => nothing(7))).toEqual(done(7));
  expect(texts()).toEqual([]);
});

test('a refusal is handed on', async () => {
  const refusal = failed({ code: 'quest-unknown', detail: 'no' });
  expect(await decideOn(rig().subject, () => refusal)).toEqual(refusal);
});

test('several appends follow each other, and the answer knows where the last entry stands', async () => {
  const { subject, texts } = rig();
  expect(await decideOn(subject, () => writing('a', 'b', 'c'))).toEqual(done(2));
  expect(texts()).toEqual(['a', 'b', 'c']);
});

test('where another came first it is decided again on what stands then', async () => {
  const { subject, texts, rival } = rig();
  const seen: number[] = [];
  const outcome = await decideOn(subject, async ({ revision }) => {
    seen.push(revision);
    if (seen.length < 3) await rival(`rival ${seen.length}`);
    return writing('ours');
  });
  expect([outcome, seen, texts()]).toEqual([done(2), [-1, 0, 1], ['rival 1', 'rival 2', 'ours']]);
});

test('by a state that the caller has seen it is decided at once; it is loaded where another came since', async () => {
  for (const [rivals, loads] of [
    [0, 0],
    [1, 1],
  ]) {
    const { subject, texts, rival } = rig();
    let loaded = 0;
    const load = () => {
      loaded += 1;
      return subject.load();
    };
    for (let nth = 0; nth < rivals!; nth += 1) await rival('rival');
    const outcome = await decideOn({ ...subject, load }, () => writing('ours'), { revision: -1 });
    expect([outcome, loaded, texts().at(-1)]).toEqual([done(rivals), loads, 'ours']);
  }
});

test('where others always come first it gives up after ten decisions, and nothing is stored', async () => {
  const { subject, texts, rival } = rig();
  let decisions = 0;
  const outcome = await decideOn(subject, async () => {
    decisions += 1;
    await rival('rival');
    return writing('ours');
  });
  expect(outcome).toMatchObject({
    problem: { code: 'store-unavailable', detail: expect.stringContaining('others keep changing quest 7') as string },
  });
  expect([decisions, texts().includes('ours')]).toEqual([10, false]);
});

describe('an append of unknown outcome, looked for in vain', () => {
  /** The nth append of each call answers `unknown` for as long as it is tried. */
  const losing = (text: string) => (journal: Journal) =>
    faultyJournal(journal, {
      write: ({ entries }): WriteFault | undefined => (entries[0]?.json.includes(text) ? 'lost' : undefined),
    });

  test('before the last one: surely nothing is decided', async () => {
    const { subject } = rig(losing('first'));
    expect(await decideOn(subject, () => writing('first', 'last'))).toMatchObject({
      problem: { code: 'store-unavailable' },
    });
  }, 20_000);

  test('the last one: it may be', async () => {
    const { subject } = rig(losing('last'));
    expect(await decideOn(subject, () => writing('first', 'last'))).toMatchObject({
      problem: { code: 'outcome-unknown' },
    });
  }, 20_000);
});

test('an append that was stored and not answered is no conflict with itself', async () => {
  const { subject, texts } = rig((journal) => faultyJournal(journal, scriptedFaults({ writes: ['stored'] })));
  expect(await decideOn(subject, () => writing('ours'))).toEqual(done(0));
  expect(texts()).toEqual(['ours']);
});

test('commands of one process on one stream wait for each other: none is decided twice', async () => {
  const { subject, texts } = rig((journal) =>
    wrapJournal(journal, {
      async append(writes) {
        await new Promise((resolve) => setImmediate(resolve));
        return journal.append(writes);
      },
    }),
  );
  const queue = new SerialQueue({ maxSize: 27 });
  let decisions = 0;
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, nth) =>
      decideInTurn(queue, 'ann', subject, () => {
        decisions += 1;
        return writing(String(nth));
      }),
    ),
  );
  expect(outcomes).toEqual(Array.from({ length: 20 }, (_, nth) => done(nth)));
  expect([decisions, texts()]).toEqual([20, Array.from({ length: 20 }, (_, nth) => String(nth))]);
});
