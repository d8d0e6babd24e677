/** R5: killed in each phase of a rebuild that is loaded by a replay, it resumes, and ends with the views of a clean fold. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { openSqliteViews } from '#adapters/views-sqlite';
import { canonicalViews } from '#testing';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';
import { cleanFold, served, tidyUp } from '../projection/rig.js';
import { differences } from './differences.js';

/** Enough of them that each phase takes long enough to be seen. */
const HOSTS = Array.from({ length: 15_000 }, (_, index) => `host-${index}`);
const PHASES = ['splitting', 'judging', 'indexing', 'following'];
const AT_ONCE = 5000;
const ASK_EVERY_MS = 5;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeEach(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({ dataDir: folder.path });
});

afterEach(async () => {
  await hermes.kill();
  await tidyUp();
  await folder.remove();
});

interface Status {
  readonly generation: { readonly number: number } | null;
  readonly folding: { readonly phase: string } | null;
}

/** Undefined where it does not answer yet. */
async function status(): Promise<Status | undefined> {
  const origin = hermes.listening()?.origin;
  const answer = origin && (await fetch(`${origin}/api/v1/admin/status`).catch(() => undefined));
  if (answer === undefined || answer === '' || !answer.ok) return undefined;
  return (await answer.json()) as Status;
}

/** The views are as a build before has left them: they are rebuilt at the start. */
function buildBefore(): void {
  const views = new DatabaseSync(join(folder.path, 'views.db'));
  views.exec('UPDATE generations SET fold_version = fold_version - 1');
  views.close();
}

test('killed while it cuts, judges, makes indexes and follows, it resumes the same load; what it used of the disk is given back', async () => {
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  for (let from = 0; from < HOSTS.length; from += AT_ONCE)
    await hermes.api.must('/events', { type: 'disk-full', hosts: HOSTS.slice(from, from + AT_ONCE) });
  await hermes.api.must('/events', { type: 'disk-cleaned', hosts: HOSTS.slice(0, AT_ONCE) });
  await hermes.api.must('/quests', { type: 'disk-full', hosts: HOSTS.slice(0, 500), description: 'x' });
  await hermes.api.read('/quests/1');
  const replaced = (await status())?.generation?.number;
  expect(await hermes.stop()).toBe(0);
  buildBefore();

  const seen: string[] = [];
  for (const wanted of [...PHASES, 'done']) {
    hermes = await Hermes.launch({ dataDir: folder.path });
    await until(
      `it is ${wanted}, or beyond`,
      async () => {
        const { folding, generation } = (await status()) ?? { folding: null, generation: null };
        const isDone = generation !== null && generation.number !== replaced;
        if (!isDone && (wanted === 'done' || PHASES.indexOf(folding?.phase ?? '') < PHASES.indexOf(wanted)))
          return false;
        seen.push(isDone ? 'done' : (folding?.phase ?? ''));
        return true;
      },
      { everyMs: ASK_EVERY_MS, limitMs: 60_000, seen: () => hermes.output },
    );
    await hermes.kill();
  }
  // which phase is met where they are short is a matter of chance, but not that it is met in the midst of the work
  expect(seen.slice(0, 2)).toEqual(['splitting', 'judging']);

  // it serves what was loaded
  hermes = await Hermes.start({ dataDir: folder.path });
  expect((await status())?.generation?.number).not.toBe(replaced);
  expect(await hermes.api.read('/quests/1')).toMatchObject({ state: 'open', progress: { open: 500 } });
  expect(await hermes.stop()).toBe(0);
  expect(existsSync(join(folder.path, 'replay'))).toBe(false);
  expect(readdirSync(folder.path).filter((name) => name.endsWith('-journal'))).toEqual([]);

  const journal = await openSqliteJournal({ file: join(folder.path, 'journal.db') });
  const views = await openSqliteViews({ file: join(folder.path, 'views.db') });
  try {
    expect(differences(await canonicalViews(views.reader, await served(views)), await cleanFold(journal))).toEqual([]);
  } finally {
    await views.close();
    await journal.close();
  }
}, 300_000);
