/** Views whose files are not as they were written say so, here and through the messages of their thread. */
import { readFileSync, writeFileSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';
import { StoreDamaged, type Views } from '#ports';
import type { HostName } from '#domain';
import { eventDoc, hostDoc, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { generationFile } from './file-names.js';
import { openSqliteViews } from './index.js';
import { openViews } from './open.js';
import { serveViews } from './thread/serve.js';
import { openServedLoad } from './thread/testing-load.js';
import { ThreadedViews } from './thread/threaded-views.js';

const PAGE = 4096;
const path = temporaryFolder();
const opened: Views[] = [];
let found: string[];
let file: string;
let generation: number;

const refusal = /^the views are damaged \(.+\): stop Hermes and start it once with --rebuild$/;
const damaged = (reason: string) => found.push(reason);

beforeEach(async () => {
  found = [];
  file = path('views.sqlite');
  const views = await openSqliteViews({ file });
  generation = await newGeneration(views);
  const labors = Array.from({ length: 1000 }, (_, n) => laborDoc({ n }));
  await views.writer.apply(generation, { labors, events: [eventDoc()], hosts: [hostDoc()] });
  await views.close();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((views) => views.close()));
});

function zeroMiddle(): void {
  const name = generationFile(file, generation);
  const bytes = readFileSync(name);
  bytes.fill(0, Math.floor(bytes.length / PAGE / 3) * PAGE);
  writeFileSync(name, bytes);
}

async function open(): Promise<Views> {
  const views = await openSqliteViews({ file, damaged });
  opened.push(views);
  return views;
}

/** As the thread's callers have them. */
async function threaded(): Promise<Views> {
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise((resolve) => port2.once('close', resolve));
  void serveViews(port1, () => openViews(file)).finally(() => {
    port1.close();
  });
  const views = new ThreadedViews(port2, ended, openServedLoad, damaged);
  await views.opened;
  opened.push(views);
  return views;
}

test.each([
  ['in this thread', open],
  ['through messages', threaded],
])('pages of zeros are damage, %s, and it is reported once', async (_, opening) => {
  zeroMiddle();
  const views = await opening();
  for (let tries = 0; tries < 2; tries += 1) {
    const all = views.reader.labors(generation, {}, { sort: '-openedAt', limit: 1000, after: null, count: false });
    await expect(all).rejects.toThrow(StoreDamaged);
  }
  const labors = Array.from({ length: 1000 }, (__, n) => laborDoc({ n: n + 2000 }));
  await expect(views.writer.apply(generation, { labors })).rejects.toThrow(StoreDamaged);
  expect(found).toEqual([expect.stringMatching(refusal)]);
});

test('a document that is no JSON any more is damage', async () => {
  const database = new DatabaseSync(generationFile(file, generation));
  database.exec(`UPDATE hosts SET doc = substr(doc, 1, 10)`);
  database.close();
  const views = await open();
  await expect(views.reader.host(generation, hostDoc().host)).rejects.toThrow(StoreDamaged);
  expect(found).toEqual([expect.stringMatching(refusal)]);
  expect(await views.reader.host(generation, 'another' as HostName)).toBeUndefined();
});
