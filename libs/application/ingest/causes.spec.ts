/** Every entry carries the principal and the trace of the request that caused it, whichever process writes it, and whenever. */
import { createMemoryJournal, ingestRig, type IngestRig, MemoryStore, report, until } from '#testing';
import { START } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { INLINE_HOSTS, type Caller } from './ingest.js';

const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const caller: Caller = { principal: 'ann', mayReportRestricted: true, trace };
const nobody: Caller = { principal: null, mayReportRestricted: true };
const ann = `ann ${trace}`;

let store: MemoryStore;
let rig: IngestRig;
let before: number;
beforeEach(async () => {
  store = new MemoryStore();
  rig = ingestRig(createMemoryJournal({ store }));
  await rig.define();
  before = store.entries.length;
});
afterEach(() => rig.ingest.close());

/** Of what was written in the test. */
function causes(): readonly string[] {
  return store.entries
    .slice(before)
    .map((entry) => `${entry.principal ?? 'nobody'} ${entry.trace ?? 'without a trace'}`);
}

function quest(hosts: readonly string[]) {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full' as never, hosts: hosts as readonly HostName[], ...rest };
}

test('events, with and without a key', async () => {
  await rig.ingest.logEvents([report('a'), report('a'), report('b', { key: 'k' })], caller);
  expect(causes()).toEqual([ann, ann, ann]);
});

test('a repeat keeps the cause of the first', async () => {
  await rig.ingest.logEvents([report('b', { key: 'k' })], caller);
  await rig.ingest.logEvents([report('b', { key: 'k' })], {
    ...caller,
    principal: 'ben',
    trace: trace.replace('0af7', '1af7'),
  });
  expect(causes()).toEqual([ann]);
});

test('who has none leaves none', async () => {
  await rig.ingest.logEvents([report('a', { by: 'ann' })], nobody);
  expect(store.entries.at(-1)).not.toHaveProperty('principal');
  expect(causes()).toEqual(['nobody without a trace']);
});

test('the catalogue', async () => {
  const type = { category: 'fan', state: 'slow', description: null, restricted: false };
  await rig.ingest.defineEventTypes([type], caller);
  await rig.ingest.amendEventType('fan-slow', { description: 'x' }, caller);
  await rig.ingest.amendFate('1', { description: 'x' }, caller);
  expect(causes()).toEqual([ann, ann, ann]);
});

test('commands on labors', async () => {
  await rig.ingest.logEvents([report('a')], nobody);
  rig.views.labors.set('a~0', 'open');
  rig.views.position = store.entries.at(-1)?.position ?? START;
  await rig.ingest.commandLabor('a~0', { kind: 'LaborWaived', by: null, reason: 'gone' }, caller);
  expect(causes()).toEqual(['nobody without a trace', ann]);
});

test('a quest, its hosts, and what is changed about it', async () => {
  await rig.ingest.embarkQuest(quest(['a', 'b']), caller);
  await rig.ingest.addQuestHosts(1 as QuestId, ['c' as HostName], caller);
  await rig.ingest.amendQuest(1 as QuestId, { description: 'more' }, caller);
  expect(causes().length).toBeGreaterThan(8);
  expect(new Set(causes())).toEqual(new Set([ann]));
});

test('what is embarked in the background, by another process, carries its cause all the same', async () => {
  const hosts = Array.from({ length: INLINE_HOSTS + 1 }, (_, nth) => `h${nth}`);
  await rig.ingest.embarkQuest(quest(hosts), caller);
  await rig.ingest.close();
  rig = ingestRig(createMemoryJournal({ store }));
  rig.ingest.start();
  await rig.ingest.logEvents([report('other')], { ...caller, principal: 'ben' });
  await until('all is embarked', () => store.entries.at(-1)?.type === 'QuestHostsEmbarked');
  expect(causes().length).toBeGreaterThan(INLINE_HOSTS);
  expect(causes().filter((cause) => cause !== ann)).toEqual([`ben ${trace}`]);
});
