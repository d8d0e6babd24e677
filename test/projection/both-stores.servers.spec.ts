/**
 * One random journal gives the same views on both stores, to the byte: rebuilt up to its middle and followed live from
 * there on SQLite and on MongoDB, and folded once more from its beginning.
 */
import fc from 'fast-check';
import { openMongoViews } from '#adapters/views-mongo';
import type { HostName, QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import {
  canonicalText,
  canonicalViews,
  createMemoryJournal,
  foldOf,
  histories,
  type History,
  type HistoryStep,
  laneServer,
  until,
} from '#testing';
import {
  allJudged,
  acceptQuest,
  append,
  cleanFold,
  follow,
  hearHead,
  newViews,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';

const SEEDS = 3;
const FIRST_SEED = Number(process.env['HERMES_TEST_SEED'] ?? Date.now() % 100_000);
const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST_SEED + index);
/** Moves of one history; some are many entries. */
const MOVES = Number(process.env['HERMES_TEST_MOVES'] ?? 300);
/** Where fates open many at once, a double of MongoDB looks through all of them for each that it writes. */
const MOST_LABORS = 2 * MOVES;
const LIMIT_MS = 120_000;

afterEach(tidyUp);

test.each(seeds)(
  'views of one random journal are equal to the byte, on SQLite and on MongoDB (seed %i)',
  async (seed) => {
    const [history] = fc.sample(histories(MOVES, MOVES).filter(isModest), { seed, numRuns: 1 });
    const steps = history?.steps ?? [];
    const journal = createMemoryJournal();
    const hosts = ['host-0', 'host-1', 'host-2', 'only-listed'] as HostName[];
    for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, hosts.slice(0, quest + 1));
    const middle = Math.floor(steps.length / 2);
    await appendSteps(journal, steps.slice(0, middle));
    const sqlite = await newViews();
    const mongo = await openMongoViews({
      url: laneServer('HERMES_TEST_MONGO'),
      prefix: `both-${crypto.randomUUID().slice(0, 8)}`,
      access: 'write',
      operationMs: LIMIT_MS,
    });
    try {
      const [onSqlite, onMongo] = await folded(journal, [sqlite, mongo], steps.slice(middle));
      process.stdout.write(`seed ${seed}: ${steps.length} entries, ${onSqlite?.length ?? 0} characters of views\n`);
      expect(onMongo).toBe(onSqlite);
      expect(onMongo).toBe(canonicalText(await cleanFold(journal)));
    } finally {
      await mongo.close();
    }
  },
  LIMIT_MS,
);

function isModest(history: History): boolean {
  return foldOf(history).labors.length <= MOST_LABORS;
}

/** Each of the views as text, after a rebuild of what the journal has and the rest as it comes. */
async function folded(
  journal: Journal,
  stores: readonly Views[],
  rest: readonly HistoryStep[],
): Promise<readonly string[]> {
  const projectors = stores.map((views) => projectorOver(journal, views));
  for (const projector of projectors) {
    await projector.prepare({ rebuild: false });
    await follow(projector);
  }
  await appendSteps(journal, rest);
  const head = (await journal.head()).position;
  const texts: string[] = [];
  for (const [index, views] of stores.entries()) {
    const projector = projectors[index]!;
    await hearHead(projector, journal);
    const generation = await served(views);
    const caughtUp = async (): Promise<boolean> => {
      const progress = await views.writer.progress(generation);
      return progress.every(({ position }) => position >= head);
    };
    await until('the rest of the journal is in the views', caughtUp, { limitMs: LIMIT_MS });
    await allJudged(views);
    await settle(views);
    await stop(projector);
    texts.push(canonicalText(await canonicalViews(views.reader, generation)));
  }
  return texts;
}

async function appendSteps(journal: Journal, steps: readonly HistoryStep[]): Promise<void> {
  for (const { entry } of steps) await append(journal, entry);
}
