/** Many large quests of one principal leave turns to the quests of the others. */
import { createMemoryJournal, ingestRig, until, wrapJournal } from '#testing';
import { defined, names, quest } from './testing-quests.js';

/** Beyond the quests that have turns at once. */
const MANY = 110;
/** Each has a dozen turns: before this many chunks, none of the many has its end. */
const MOST_CHUNKS = 300;
const HEAVY = { principal: 'heavy', mayReportRestricted: true };
const LIGHT = { principal: 'light', mayReportRestricted: true };
const LARGE = names(1001);

async function watched() {
  const { store, ingest: other } = await defined();
  const base = createMemoryJournal({ store });
  const seen = { chunks: 0, ends: [] as string[], after: (_chunks: number): void => undefined };
  const rig = ingestRig(
    wrapJournal(base, {
      append: async (writes) => {
        const outcomes = await base.append(writes);
        for (const { stream, entries } of writes) {
          if (entries.some(({ type }) => type === 'QuestHostsEmbarked')) seen.ends.push(stream);
        }
        if (writes[0]?.entries[0]?.type === 'EventLogged') seen.after((seen.chunks += 1));
        return outcomes;
      },
    }),
  );
  return { ...rig, seen, other };
}

test('a large quest of another principal has its turns while a hundred of one have theirs', async () => {
  const { ingest, seen } = await watched();
  for (let nth = 0; nth < MANY; nth += 1) await ingest.embarkQuest(quest(LARGE), HEAVY);
  // as many have turns as may have
  seen.after = (chunks) => {
    if (chunks === MANY) void ingest.embarkQuest(quest(names(1001, 'light')), LIGHT);
  };
  ingest.start();
  await until(
    'some quest ends, or too many chunks were logged',
    () => seen.ends.length > 0 || seen.chunks > MOST_CHUNKS,
  );
  await ingest.close();
  expect({ ends: seen.ends, inTime: seen.chunks <= MOST_CHUNKS }).toEqual({ ends: ['quest-111'], inTime: true });
}, 60_000);

test('also where another process has accepted all of them, the hundred first', async () => {
  const { ingest, seen, other } = await watched();
  for (let nth = 0; nth < MANY; nth += 1) await other.embarkQuest(quest(LARGE), HEAVY);
  await other.embarkQuest(quest(names(1001, 'light')), LIGHT);
  ingest.start();
  await until(
    'some quest ends, or too many chunks were logged',
    () => seen.ends.length > 0 || seen.chunks > MOST_CHUNKS,
  );
  await ingest.close();
  expect({ ends: seen.ends, inTime: seen.chunks <= MOST_CHUNKS }).toEqual({ ends: ['quest-111'], inTime: true });
}, 60_000);
