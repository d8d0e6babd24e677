/** Tracing changes nothing about the journal; its spans say what an append did for each request. */
import type { WriteOutcome } from '#ports';
import {
  countingJournal,
  createMemoryJournal,
  journalContract,
  MemoryStore,
  newEntry,
  streamWrite,
  wrapJournal,
} from '#testing';
import { rememberedSpans, traceNumber } from './testing-spans.js';
import { tracedJournal } from './traced-journal.js';

journalContract('traced', async () => {
  const store = new MemoryStore();
  const counted = countingJournal(createMemoryJournal({ store }));
  const journal = tracedJournal(counted, rememberedSpans());
  return {
    journal,
    reopen: async () => tracedJournal(createMemoryJournal({ store }), rememberedSpans()),
    roundTrips: () => Object.values(counted.calls).reduce((sum: number, count: number) => sum + count, 0),
    dispose: () => journal.close(),
  };
});

function write(stream: string, traces: readonly (string | undefined)[], expected: number | 'any' = 'any') {
  const entries = traces.map((trace) => ({ ...newEntry(), ...(trace === undefined ? {} : { trace }) }));
  return { stream, expected, entries };
}

test('a span for each request, with what became of its own writes only', async () => {
  const spans = rememberedSpans();
  const journal = tracedJournal(createMemoryJournal(), spans);
  const outcomes = await journal.append([
    write('host-a', [undefined, traceNumber(1)]),
    write('quest-7', [traceNumber(2)]),
    write('host-b', [traceNumber(2)], 4),
    write('host-c', [traceNumber(3, false)]),
  ]);
  const position = (nth: number): string => {
    const outcome = outcomes[nth];
    return outcome?.kind === 'appended' ? String(outcome.position) : 'none';
  };
  expect(spans.begun.map(({ name, kind, failure }) => [name, kind, failure])).toEqual([
    ['journal append', 'client', null],
    ['journal append', 'client', null],
  ]);
  expect(spans.begun.map(({ attributes }) => attributes)).toEqual([
    {
      'hermes.entries': 1,
      'hermes.streams': 1,
      'hermes.stream.kind': ['host'],
      'hermes.batch.writes': 4,
      'hermes.outcome': ['appended'],
      'hermes.position': position(0),
      'hermes.stream.revision': 1,
    },
    {
      'hermes.entries': 2,
      'hermes.streams': 2,
      'hermes.stream.kind': ['quest', 'host'],
      'hermes.batch.writes': 4,
      'hermes.outcome': ['appended', 'conflict'],
      'hermes.position': position(1),
    },
  ]);
});

test.each<readonly [WriteOutcome, string | null]>([
  [{ kind: 'conflict', actual: 1 }, null],
  [{ kind: 'unknown', reason: 'secret words' }, 'unknown'],
  [{ kind: 'failed', reason: 'secret words' }, 'failed'],
  [{ kind: 'too-large', reason: 'secret words' }, 'too-large'],
])('%j is recorded by its kind', async (outcome, failure) => {
  const spans = rememberedSpans();
  const journal = tracedJournal(wrapJournal(createMemoryJournal(), { append: async () => [outcome] }), spans);
  expect(await journal.append([write('host-a', [traceNumber(1)])])).toEqual([outcome]);
  expect(spans.begun.map((span) => [span.failure, span.attributes['hermes.outcome']])).toEqual([
    [failure, [outcome.kind]],
  ]);
  expect(JSON.stringify(spans.begun)).not.toContain('secret');
});

test('an append for nobody who is sampled has no span', async () => {
  const spans = rememberedSpans();
  const journal = tracedJournal(createMemoryJournal(), spans);
  await journal.append([streamWrite('host-a', 2), write('host-b', [traceNumber(1, false)])]);
  await journal.append([]);
  expect(spans.begun).toEqual([]);
});
