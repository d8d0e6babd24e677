/** Generations as operators see them: each as it is at one moment, whatever is activated meanwhile. */
import { DOCUMENTS_VERSION, type Generation } from '#contracts';
import { FOLD_VERSION, type Instant } from '#domain';
import { createMemoryJournal } from '#testing';
import { silentLog } from '../log.js';
import { createRebuilds, type RebuildsParts } from './create-rebuilds.js';
import { RebuildRecords } from './rebuild-records.js';

const [FORMER, NEXT] = [1, 2];

/** The next generation is activated before the `nth` question that the views are asked. */
function viewsActivating(nth: number): RebuildsParts['views'] {
  let asked = 0;
  const answered = <T>(answer: (isActive: boolean) => T): Promise<T> => Promise.resolve(answer((asked += 1) >= nth));
  const generation = (number: number, state: Generation['state']): Generation => ({
    ...{ number, state, documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION, partitions: 4, hashVersion: 1 },
    createdAt: '2026-01-31T10:00:00.000Z' as Instant,
  });
  const control: Partial<RebuildsParts['views']['control']> = {
    generations: () =>
      answered((isActive) => [generation(FORMER, 'ready'), generation(NEXT, isActive ? 'ready' : 'folding')]),
    current: () => answered((isActive) => (isActive ? NEXT : FORMER)),
  };
  return { control, writer: { progress: () => Promise.resolve([]) } } as unknown as RebuildsParts['views'];
}

test.each([1, 2, 3, 4])(
  'P7: a generation that is activated before question %i is not served while it is made',
  async (nth) => {
    const journal = createMemoryJournal();
    const rebuilds = createRebuilds({
      ...{ journal, clock: { nowMs: () => 0 }, log: silentLog, records: new RebuildRecords(journal) },
      ...{ views: viewsActivating(nth), isServed: () => Promise.resolve(true), changed: () => undefined },
    });
    const all = await rebuilds.generations();
    expect(all.filter(({ isServed }) => isServed)).toMatchObject([{ state: 'ready' }]);
  },
);
