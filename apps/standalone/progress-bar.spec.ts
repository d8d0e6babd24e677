/** The bar of a rebuild, on a terminal that is a list of what was written. */
import type { FoldingStatus, ProjectionStatus } from '#application';
import { positionOf } from '#contracts';
import { barOf, showProgress } from './progress-bar.js';

const folding: FoldingStatus = {
  ...{ generation: 2, phase: 'judging', position: positionOf(7n), end: positionOf(9n), percent: 50, entries: 5 },
  ...{ entriesPerS: 1200, read: 9, judged: 5, total: 9, secondsLeft: 31, hosts: 3, bytes: 100 },
};

test.each([
  [folding, '[############............] 50 % (judging), 1200 entries/s, 31 s left'],
  [{ ...folding, percent: 100, secondsLeft: null }, '[########################] 100 % (judging), 1200 entries/s'],
  [
    { ...folding, percent: 0, secondsLeft: 600 },
    '[........................] 0 % (judging), 1200 entries/s, 10 min left',
  ],
  [{ ...folding, secondsLeft: 10_800 }, '3 h left'],
])('%j', (status, shown) => {
  expect(barOf(status)).toContain(shown);
});

test('it is drawn while a rebuild runs, never wider than the terminal, and cleared then', async () => {
  const written: string[] = [];
  const ending = new AbortController();
  const looks: (FoldingStatus | null | Error)[] = [null, folding, new Error('away'), folding, null];
  const status = (): Promise<ProjectionStatus> => {
    const next = looks.shift();
    if (looks.length === 0) ending.abort();
    if (next instanceof Error) return Promise.reject(next);
    return Promise.resolve({ folding: next ?? null } as ProjectionStatus);
  };
  const terminal = { columns: 40, write: (text: string) => void written.push(text) };
  await showProgress({ status }, terminal, ending.signal, () => Promise.resolve());
  const clear = '\x1b[2K';
  const bar = `${clear}${barOf(folding).slice(0, 39)}\r`;
  expect(written).toEqual([bar, clear, bar, clear]);
});
