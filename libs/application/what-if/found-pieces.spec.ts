/** What threads find of a what-if is what this thread finds; the threads run from the build, under end-to-end tests. */
import { atOnce, START } from '#contracts';
import { suppose, type FateId } from '#domain';
import { temporaryFolder } from '#testing';
import { cutTimeline } from '../replay/judging/cut-timeline.js';
import type { JudgeFile } from '../replay/judging/serve.js';
import { cutJournal, served } from '../replay/judging/testing-cuts.js';
import { JudgingThreads } from '../replay/judging/threads.js';
import type { StoredSplit } from '../replay/splitting/stored-split.js';
import { whatIfPieces, type FoundPiece, type WhatIfTerms } from './found-pieces.js';
import { WhatIfTotals } from './what-if-totals.js';

const path = temporaryFolder();

async function withoutFate(cut: StoredSplit): Promise<WhatIfTerms> {
  const { to: end } = cut.content;
  const timeline = await cutTimeline(cut);
  const supposed = suppose({ define: [], retire: [1 as FateId] }, timeline.state);
  if (!supposed.ok) throw new Error(JSON.stringify(supposed.refusals));
  return { supposition: supposed.value, after: START, end };
}

/** All that is found in the file: its lines, and what is counted. */
async function found(give: JudgeFile<FoundPiece>, file: StoredSplit['content']['quests'], totals: WhatIfTotals) {
  let [lines, count, entries, hosts] = ['', 0, 0, 0];
  await give(file, async (piece) => {
    lines += new TextDecoder().decode(piece.bytes);
    count += piece.count;
    entries += piece.entries;
    hosts += piece.hosts;
    totals.merge(piece.counts);
  });
  return { lines, count, entries, hosts };
}

test.each([1, 3])('R1, R10: %i threads find in each file what this thread finds in it', async (threads) => {
  const cut = await cutJournal(path('split'), 60, 2000);
  const { buckets } = cut.content;
  const terms = await withoutFate(cut);
  const parts = { timeline: await cutTimeline(cut), run: atOnce };
  const here = whatIfPieces(cut, terms, parts);
  const judging = new JudgingThreads(
    Array.from({ length: threads }, () => served(whatIfPieces(cut, terms, parts))),
    buckets,
  );
  const [expectedTotals, totals] = [new WhatIfTotals(), new WhatIfTotals()];
  for (const file of buckets) {
    const expected = await found(here, file, expectedTotals);
    expect(expected.lines.split('\n').length - 1).toBe(expected.count);
    expect(await found((...given) => judging.give(...given), file, totals)).toEqual(expected);
  }
  await judging.close();
  expect(totals).toEqual(expectedTotals);
  // of each host the one that opened once the fate was there: half of them are closed, and would not be there either
  expect(totals.all.shown()).toMatchObject({ neverOpened: 60, open: { now: 30, then: 0 }, stillOpen: 0 });
  expect(totals.byType()).toHaveLength(1);
});
