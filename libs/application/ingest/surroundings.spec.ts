/** What ingest does where its surroundings are wrong: clocks, other processes, stores that fail half way, a newer Hermes' entries. */
import { CATALOGUE_STREAM, hostStream, keyedEventUuid, type NewEntry } from '#contracts';
import type { HostName, TypeName } from '#domain';
import type { Journal } from '#ports';
import { countingJournal, createMemoryJournal, ingestRig, report } from '#testing';
import type { QuestRequest } from './ingest.js';

const HOST = 'h' as HostName;

function questOver(hosts: readonly string[]): QuestRequest {
  const rest = { creator: 'ann', description: 'make room', target: null, references: [] };
  return { type: 'disk-full', hosts: hosts as readonly HostName[], ...rest };
}

/** Appends fail from the nth on, for certain. */
function failingFrom(journal: Journal, nth: number): { readonly journal: Journal; fail(from: number): void } {
  let left = nth;
  return {
    fail: (from) => (left = from),
    journal: {
      ...countingJournal(journal),
      maxAppendBytes: 100_000,
      append: async (writes) => {
        left -= 1;
        if (left >= 0) return journal.append(writes);
        return writes.map(() => ({ kind: 'failed', reason: 'disk full' }) as const);
      },
    },
  };
}

test('hundreds of quests at once all get their number', async () => {
  const rig = ingestRig(createMemoryJournal());
  await rig.define();
  const outcomes = await Promise.all(
    // of two holders: one has three quarters of the commands that may wait
    Array.from({ length: 300 }, (_, index) =>
      rig.ingest.embarkQuest(questOver([`h${index}`]), { ...rig.operator, holder: `holder ${index % 2}` }),
    ),
  );
  const numbers = outcomes.map((outcome) => (outcome.ok ? outcome.value.id : outcome.problem.detail));
  expect(new Set(numbers).size).toBe(300);
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  await rig.ingest.close();
});

test('rule 24: a repeat is answered with the first, also where a second one slipped in', async () => {
  const journal = createMemoryJournal();
  const rig = ingestRig(journal);
  await rig.define();
  await rig.ingest.logEvents([report('h', { key: 'k' })], rig.operator);
  const [stored] = await rig.host('h');
  if (stored === undefined) throw new Error('not stored');
  const twin: NewEntry = { ...stored, id: keyedEventUuid(HOST, 'disk-full' as TypeName, 'k') };
  await journal.append([{ stream: hostStream(HOST), expected: 'any', entries: [twin] }]);
  const again = await ingestRig(journal).ingest.logEvents([report('h', { key: 'k' })], rig.operator);
  expect(again).toMatchObject({ ok: true, value: { duplicates: 1, events: [{ id: 'h~0', duplicate: true }] } });
});

test('P4: with an entry in the catalogue that cannot be read, events of types before it are taken, also after a restart', async () => {
  const journal = createMemoryJournal();
  const rig = ingestRig(journal);
  await rig.define();
  const [stored] = await journal.readAll((await journal.head()).position, 1);
  expect(stored).toBeUndefined();
  const newer = { id: crypto.randomUUID(), type: 'FateRenamed', version: 1, json: '{}' };
  const recordedAt = (await journal.head()).recordedAt;
  await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries: [{ ...newer, recordedAt }] }]);
  const again = ingestRig(journal);
  expect((await again.ingest.logEvents([report('h')], rig.operator)).ok).toBe(true);
  // whether it is defined behind that entry, nobody knows
  const unknown = await again.ingest.logEvents([report('h', { type: 'no-such' })], rig.operator);
  expect(unknown).toMatchObject({ ok: false, problem: { code: 'store-unavailable' } });
});

test('many commands on one host of which only some could be stored: each gets its own result', async () => {
  const failing = failingFrom(createMemoryJournal(), Infinity);
  const rig = ingestRig(failing.journal);
  await rig.define();
  const ids = Array.from({ length: 40 }, (_, index) => `h~${index}`);
  for (const id of ids) rig.views.labors.set(id, 'open');
  failing.fail(1);
  const waive = { kind: 'LaborWaived', by: 'ann', reason: 'r'.repeat(4000) } as const;
  const outcome = await rig.ingest.commandLabors(ids, waive, rig.operator);
  const stored = (await rig.host('h')).length;
  expect(stored).toBeGreaterThan(0);
  expect(stored).toBeLessThan(ids.length);
  if (!outcome.ok) throw new Error(outcome.problem.detail);
  expect(outcome.value.results.filter((result) => 'position' in result)).toHaveLength(stored);
});

test('closing does not wait for commands that have not begun', async () => {
  const failing = failingFrom(createMemoryJournal(), Infinity);
  const rig = ingestRig(failing.journal);
  await rig.define();
  failing.fail(0);
  const commands = Array.from({ length: 50 }, (_, index) => {
    const definition = { category: 'c', state: `s${index}`, description: null, restricted: false };
    return rig.ingest.defineEventTypes([definition], rig.operator);
  });
  await rig.ingest.close();
  const outcomes = await Promise.all(commands);
  expect(
    outcomes.filter((outcome) => !outcome.ok && outcome.problem.detail.includes('stopping')).length,
  ).toBeGreaterThan(45);
});
