/** R9: the self-audit finds, parks and repairs hosts whose views differ from their entries, and takes nothing else for a difference. */
import fc from 'fast-check';
import {
  auditBeside,
  CatalogueTimeline,
  type AuditAction,
  type Log,
  type MakeBeside,
  type Projector,
} from '#application';
import { partitionOf } from '#contracts';
import type { HostName } from '#domain';
import type { Journal, Views } from '#ports';
import { canonicalViews, createMemoryJournal, histories, until } from '#testing';
import {
  allJudged,
  append,
  cleanFold,
  clock,
  follow,
  hearHead,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { campaign, HOSTS, laborOf, partOf, plant, QUEST, verified } from './testing-verifying.js';

afterEach(tidyUp);

/** One host each hundredth of a second. */
const OFTEN = 6000;

class Audited {
  checked = 0;
  differences = 0;
  readonly lines: (readonly [message: string, fields: object])[] = [];

  audit(journal: Journal, views: Views, action: AuditAction): MakeBeside {
    const line = (message: string, fields: object = {}): void => void this.lines.push([message, fields]);
    const log = { debug: line, info: line, warn: line, error: line } as unknown as Log;
    const meters = {
      audited: (differences: number) => {
        this.checked += 1;
        this.differences += differences;
      },
    };
    const timeline = new CatalogueTimeline(journal);
    return auditBeside({ journal, views: views.writer, timeline, clock, log, meters, action, perMinute: OFTEN });
  }

  /** Until each host was audited some times since now. */
  async all(): Promise<void> {
    const from = this.checked;
    await until('more hosts are audited', () => this.checked >= from + 15 * HOSTS.length);
  }
}

async function auditedProjector(action: AuditAction) {
  const journal = await campaign();
  const views = await newViews();
  const audited = new Audited();
  const projector = projectorOver(journal, views, { audit: audited.audit(journal, views, action) });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await settle(views);
  return { journal, views, audited, projector };
}

async function release(projector: Projector, host: string): Promise<void> {
  expect(await projector.operating.release(host)).toMatchObject({ ok: true });
}

test('R9: whatever comes while hosts are audited, none is said to differ', async () => {
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(histories(60, 20), async ({ steps }) => {
      const journal = createMemoryJournal();
      const views = await newViews();
      const audited = new Audited();
      const projector = projectorOver(journal, views, { audit: audited.audit(journal, views, 'report') });
      await projector.prepare({ rebuild: false });
      await follow(projector);
      for (const [index, { entry }] of steps.entries()) {
        await append(journal, entry);
        if (index % 5 === 0) await hearHead(projector, journal);
      }
      await hearHead(projector, journal);
      await allJudged(views);
      await until('hosts are audited', () => audited.checked > 10 || steps.length < 10, { limitMs: 5000 }).catch(
        // all of them may be parked, or none be there
        () => undefined,
      );
      checked += audited.checked;
      expect(audited.lines).toEqual([]);
      expect(audited.differences).toBe(0);
      await stop(projector);
      await views.close();
    }),
    { numRuns: 6, endOnFailure: true },
  );
  expect(checked).toBeGreaterThan(20);
}, 120_000);

test('R9: defects in a labor, in a part and in a host are reported by host, labor and field, and counted', async () => {
  const { views, audited } = await auditedProjector('report');
  await audited.all();
  expect(audited.differences).toBe(0);
  await plant.labor(views, 'a~0');
  await plant.part(views, 'b');
  await plant.key(views, 'c');
  const named = (): readonly string[] => [...new Set(audited.lines.map((line) => JSON.stringify(line[1])))].sort();
  await until('all three are reported', () => named().length === 3);
  expect(named().map((text) => JSON.parse(text) as unknown)).toMatchObject([
    { host: 'a', differences: 1, action: 'report', examples: [{ labor: 'a~0', field: 'state', entry: null }] },
    { host: 'b', differences: 1, action: 'report', examples: [{ labor: null, quest: QUEST, field: 'tally' }] },
    { host: 'c', differences: 1, action: 'report', examples: [{ labor: null, quest: null, field: 'state.keys' }] },
  ]);
  expect(audited.differences).toBeGreaterThanOrEqual(3);
  // where it is, and nothing of what it is (rule 25)
  for (const text of named()) expect(text).not.toMatch(/waived|"live"|"folded"/);
  // nothing was done about it
  expect((await laborOf(views, 'a~0')).state).toBe('waived');
  expect((await partOf(views, 'b')).tally.open).toBe(7);
});

test('R7, R9: what differs is repaired in place, its quests are counted again, and the views are those of a clean fold', async () => {
  const { journal, views, audited } = await auditedProjector('repair');
  const generation = await served(views);
  const before = await views.reader.quest(generation, QUEST);
  await plant.labor(views, 'a~0');
  await plant.part(views, 'b');
  await plant.key(views, 'c');
  await until('the three are repaired', () => repaired(audited).size === 3);
  await settle(views);
  expect((await verified(journal, views)).findings.examples).toEqual([]);
  expect(await canonicalViews(views.reader, generation)).toEqual(await cleanFold(journal));
  expect((await views.reader.quest(generation, QUEST))?.touches).toBeGreaterThan(before?.touches ?? 0);
  // and are not touched again
  const lines = audited.lines.length;
  await audited.all();
  expect(audited.lines.slice(lines)).toEqual([]);
});

function repaired({ lines }: Audited): ReadonlySet<string> {
  const done = lines.filter(([message]) => message === 'the views of a host are repaired');
  return new Set(done.map(([, fields]) => (fields as { host: string }).host));
}

test('R7: what nothing accounts for is not repaired, and the log says what is needed', async () => {
  const { views, audited } = await auditedProjector('repair');
  const labor = await laborOf(views, 'a~0');
  await views.writer.apply(await served(views), { labors: [{ ...labor, id: 'a~77' as typeof labor.id }] });
  await until('it is said', () => audited.lines.some(([message]) => message.includes('are not repaired')));
  expect(repaired(audited).size).toBe(0);
  expect((await laborOf(views, 'a~77')).id).toBe('a~77');
});

test('R9, P4: a host that differs is parked with the reason, is left alone, and may be released', async () => {
  const { views, audited, projector } = await auditedProjector('park');
  await plant.part(views, 'b');
  const parked = () => projector.operating.parked(10);
  await until('it is parked', async () => (await parked()).length === 1);
  expect(await parked()).toMatchObject([
    { kind: 'host', name: 'b', state: 'parked', reason: expect.stringContaining(`quest ${QUEST}, tally`) as unknown },
  ]);
  const lines = audited.lines.length;
  await audited.all();
  expect(audited.lines.slice(lines)).toEqual([]);
  await release(projector, 'b');
  await until('it differs still, and is parked again', async () => (await parked()).length === 1);
});

test('R9, P5: only hosts of the projector’s own partitions are audited', async () => {
  const journal = await campaign();
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  for (const host of HOSTS) await plant.part(views, host);
  const audited = new Audited();
  const make = audited.audit(journal, views, 'report');
  const own = HOSTS[0] as HostName;
  const partition = partitionOf(`host-${own}`, PARTITIONS);
  const auditor = make({
    generation: await served(views),
    owns: (stream) => partitionOf(stream, PARTITIONS) === partition,
    touched: () => undefined,
  });
  auditor.start();
  await until('some are audited', () => audited.checked > 20);
  await auditor.close();
  const found = new Set(audited.lines.map(([, fields]) => (fields as { host: string }).host));
  const ownHosts = HOSTS.filter((host) => partitionOf(`host-${host}`, PARTITIONS) === partition);
  expect([...found].sort()).toEqual(ownHosts);
  expect(ownHosts.length).toBeLessThan(HOSTS.length);
});
