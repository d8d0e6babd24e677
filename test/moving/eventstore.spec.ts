/** R12: from one machine to the stack and back: the journal's double of EventStoreDB takes an export in its order, also over its death. */
import fc from 'fast-check';
import { openEventStoreJournal } from '#adapters/journal-eventstore';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { START, type StoredEntry } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { wrapJournal, type Journal } from '#ports';
import {
  createMemoryJournal,
  exportOf,
  histories,
  importOf,
  moverOver,
  startEventStoreDouble,
  temporaryFolder,
} from '#testing';
import { acceptQuest, appendHistory } from '../projection/rig.js';

const at = temporaryFolder();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** But for positions. */
async function all(journal: Journal): Promise<readonly Omit<StoredEntry, 'position'>[]> {
  const entries: StoredEntry[] = [];
  for (let after = START; ;) {
    const page = await journal.readAll(after, 1000);
    const last = page.at(-1);
    if (last === undefined) return entries.slice(1).map(({ position: _, ...entry }) => entry);
    entries.push(...page);
    after = last.position;
  }
}

function placeOf({ stream, revision, id }: Omit<StoredEntry, 'position'>): string {
  return `${stream} ${revision} ${id}`;
}

function lastLine(file: string): { readonly data: { readonly content: string } } {
  return JSON.parse(file.trimEnd().split('\n').at(-1)!) as { data: { content: string } };
}

test('what came by the store is the same on SQLite in the end; where the store dies in between, the same file completes it', async () => {
  const [history] = fc.sample(histories(150, 150), { numRuns: 1, seed: 7 });
  const journal = createMemoryJournal();
  for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, ['h' as HostName]);
  await appendHistory(journal, history!);
  const file = await exportOf(journal);
  const double = await startEventStoreDouble({ folder: at('store'), firstPosition: 2n ** 62n });
  closing.push(() => double.kill());
  const open = async () => {
    const opened = await openEventStoreJournal({
      url: double.url,
      prefix: 'hermes',
      appendTimeoutMs: 30_000,
      readTimeoutMs: 30_000,
    });
    closing.push(() => opened.close());
    return opened;
  };
  let appends = 0;
  const stack = await open();
  const dying = wrapJournal(stack, {
    appendInOrder: async (writes) => {
      const half = Math.floor(writes.length / 2);
      const first = await stack.appendInOrder(writes.slice(0, half));
      if ((appends += 1) === 1) await double.restart();
      return [...first, ...(await stack.appendInOrder(writes.slice(half)))];
    },
  });
  const mover = await moverOver(dying);
  for (let tries = 1; !(await importOf(mover, file)).ok; tries += 1) expect(tries).toBeLessThan(20);
  const again = await open();
  // redacted events came without what was taken away
  expect((await all(again)).map(placeOf)).toEqual((await all(journal)).map(placeOf));
  expect(lastLine(await exportOf(again)).data).toEqual(lastLine(file).data);

  const back = await openSqliteJournal({ file: at('journal.db') });
  closing.push(() => back.close());
  expect(await importOf(await moverOver(back), await exportOf(again))).toMatchObject({
    ...{ ok: true, value: { source: again.identity, origin: journal.identity } },
  });
  expect(await all(back)).toEqual(await all(again));
}, 240_000);
