/** R10: what-ifs as jobs: some at a time, the last ones remembered, cancelled without a trace; from an instant on. */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CatalogueTimeline, createWhatIfs, silentLog, type WhatIfAsked, type WhatIfs } from '#application';
import type { HostName, Instant, TypeName } from '#domain';
import { wrapJournal, type Journal } from '#ports';
import { createMemoryJournal, eventually, temporaryFolder } from '#testing';
import { append, clock } from './rig.js';

const path = temporaryFolder();
const opened: WhatIfs[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const minute = (n: number): Instant => `2026-01-01T00:${String(n).padStart(2, '0')}:00.000Z` as Instant;
const [NEEDED, DONE] = ['x-needed', 'x-done'] as TypeName[];
const RETIRED: WhatIfAsked = { define: [], retire: [1 as never], from: null, hosts: null };

async function logged(journal: Journal, host: string, state: 'needed' | 'done', n: number): Promise<void> {
  const type = (state === 'needed' ? NEEDED : DONE)!;
  const event = { category: 'x', state, type, at: minute(n), recordedAt: minute(n), by: null, key: null };
  await append(journal, {
    kind: 'EventLogged',
    host: host as HostName,
    ...event,
    note: null,
    attributes: null,
    quest: null,
  });
}

/** A labor a minute, each on a host of its own, from minute 1 on; that of the first host is completed. */
async function history(labors: number): Promise<Journal> {
  const journal = createMemoryJournal();
  const signed = { by: null, recordedAt: minute(0) };
  for (const [index, state] of ['needed', 'done'].entries())
    await append(journal, {
      ...{ kind: 'EventTypeDefined', id: (index + 1) as never, category: 'x', state, description: null },
      ...{ restricted: false, ...signed },
    });
  await append(journal, {
    ...{
      kind: 'FateDefined',
      id: 1 as never,
      creates: NEEDED!,
      completedBy: DONE!,
      intermediate: false,
      follows: null,
    },
    ...{ onRepeat: 'open', name: null, description: null, actors: [], ...signed },
  });
  for (let n = 1; n <= labors; n += 1) await logged(journal, `h-${n}`, 'needed', n);
  await logged(journal, 'h-1', 'done', labors + 1);
  return journal;
}

function over(journal: Journal, folder: string): WhatIfs {
  const made = createWhatIfs({ journal, timeline: new CatalogueTimeline(journal), clock, log: silentLog, folder });
  opened.push(made);
  return made;
}

async function begun(whatIfs: WhatIfs, asked: WhatIfAsked = RETIRED): Promise<string> {
  const outcome = await whatIfs.start(asked);
  if (!outcome.ok) throw new Error(outcome.problem.detail);
  return outcome.value.id;
}

async function ended(whatIfs: WhatIfs, id: string) {
  return eventually('it has ended', async () => {
    const outcome = await whatIfs.status(id);
    if (!outcome.ok || outcome.value.state === 'running') throw new Error(JSON.stringify(outcome.ok));
    return outcome.value;
  });
}

test('its numbers are of all labors; and of those from an instant or a position on, or of some hosts', async () => {
  const journal = await history(5);
  const whatIfs = over(journal, path('numbers'));
  const all = await ended(whatIfs, await begun(whatIfs));
  expect(all).toMatchObject({ state: 'done', percent: 100, hosts: 5, entries: 6, total: 6, listed: 5 });
  expect(all.numbers).toEqual({
    ...{ open: { now: 4, then: 0 }, stillOpen: 0, closed: 0, leftOpen: 0, closedOtherwise: 0 },
    ...{ neverOpened: 5, newlyOpened: 0 },
  });
  expect(all.byType).toMatchObject([{ type: 'x-needed', neverOpened: 5 }]);
  // what was recorded at that instant was there
  const later = await ended(whatIfs, await begun(whatIfs, { ...RETIRED, from: minute(3) }));
  expect(later.numbers).toMatchObject({ open: { now: 4, then: 3 }, stillOpen: 2, leftOpen: 1, neverOpened: 2 });
  const { position } = later;
  const never = await ended(whatIfs, await begun(whatIfs, { ...RETIRED, from: position }));
  expect(never.numbers).toMatchObject({ open: { now: 4, then: 4 }, stillOpen: 4, neverOpened: 0 });
  const some = await ended(whatIfs, await begun(whatIfs, { ...RETIRED, hosts: ['h-2', 'nobody'] as HostName[] }));
  expect(some).toMatchObject({ hosts: 1, numbers: { open: { now: 1, then: 0 }, neverOpened: 1 } });
});

test('all that differs is listed, page by page', async () => {
  const whatIfs = over(await history(30), path('listed'));
  const id = await begun(whatIfs);
  await ended(whatIfs, id);
  const hosts: string[] = [];
  let from: number | null = null;
  do {
    const page = await whatIfs.labors(id, from, 7);
    if (!page.ok) throw new Error(page.problem.detail);
    expect(page.value.items.length).toBeLessThanOrEqual(7);
    hosts.push(...page.value.items.map(({ host }) => host));
    from = page.value.next;
  } while (from !== null);
  expect(hosts.sort()).toEqual(Array.from({ length: 30 }, (_, n) => `h-${n + 1}`).sort());
});

test('two run at a time; one that is cancelled leaves nothing; what a killed process has left is removed', async () => {
  const folder = path('cancelled');
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  const journal = await history(3);
  const slow = wrapJournal(journal, {
    readAll: async (after, limit) => {
      await held;
      return journal.readAll(after, limit);
    },
  });
  const whatIfs = over(slow, folder);
  const [first, second] = [await begun(whatIfs), await begun(whatIfs)];
  expect(await whatIfs.start(RETIRED)).toMatchObject({ ok: false, problem: { code: 'conflict' } });
  const removing = whatIfs.remove(first);
  release();
  expect(await removing).toMatchObject({ ok: true, value: { state: 'cancelled' } });
  expect(await whatIfs.status(first)).toMatchObject({ ok: false, problem: { code: 'what-if-unknown' } });
  await ended(whatIfs, second);
  expect(await readdir(folder)).toHaveLength(1);
  // a process that was killed removes nothing: the next one does
  await ended(over(journal, folder), await begun(opened.at(-1)!));
  expect(await readdir(folder)).toHaveLength(1);
  await opened.at(-1)!.close();
  expect(existsSync(folder) ? await readdir(folder) : []).toEqual([]);
});

test('the last ten are remembered', async () => {
  const folder = path('kept');
  const whatIfs = over(await history(1), folder);
  const ids: string[] = [];
  for (let n = 0; n < 11; n += 1) {
    ids.push(await begun(whatIfs));
    await ended(whatIfs, ids.at(-1)!);
  }
  expect((await whatIfs.status(ids[0]!)).ok).toBe(false);
  expect((await whatIfs.status(ids[1]!)).ok).toBe(true);
  await eventually('its folder is gone', async () => {
    expect(await readdir(folder)).toHaveLength(10);
  });
});

test('the newest entry of the catalogue counts, also where nothing came after it; hosts have any of their names', async () => {
  const journal = await history(2);
  await append(journal, {
    ...{
      kind: 'FateDefined',
      id: 2 as never,
      creates: DONE!,
      completedBy: NEEDED!,
      intermediate: false,
      follows: null,
    },
    ...{ onRepeat: 'open', name: 'newest', description: null, actors: [], by: null, recordedAt: minute(50) },
  });
  const whatIfs = over(journal, path('newest'));
  const all = await ended(whatIfs, await begun(whatIfs, { ...RETIRED, retire: ['newest'] }));
  expect(all).toMatchObject({ state: 'done', numbers: { neverOpened: 0, stillOpen: 1 } });
  await append(journal, {
    ...{
      kind: 'HostAliased',
      host: 'h-2' as HostName,
      names: ['other' as HostName],
      by: null,
      recordedAt: minute(51),
    },
  });
  const one = await ended(whatIfs, await begun(whatIfs, { ...RETIRED, hosts: ['other' as HostName] }));
  expect(one).toMatchObject({ hosts: 1, numbers: { neverOpened: 1 } });
});

test('a folder that takes no files fails it with that reason', async () => {
  const file = path('a file');
  await writeFile(file, '');
  const whatIfs = over(await history(1), join(file, 'below'));
  const failed = await ended(whatIfs, await begun(whatIfs));
  expect(failed).toMatchObject({ state: 'failed', listed: 0 });
  expect(failed.reason).toContain('takes no files');
});

test('what cannot be supposed is refused with its place, and a key is one what-if', async () => {
  const whatIfs = over(await history(1), path('refused'));
  const refused = await whatIfs.start({ ...RETIRED, retire: [1 as never, 'none'] });
  expect(refused).toMatchObject({ ok: false, problem: { code: 'fate-unknown', errors: [{ path: 'retire[1]' }] } });
  const asking = { principal: 'ann', idempotencyKey: 'k-1' };
  const once = await whatIfs.start(RETIRED, asking);
  expect(await whatIfs.start(RETIRED, asking)).toEqual(once);
});
