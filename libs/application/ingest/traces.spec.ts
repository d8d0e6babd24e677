/** Every entry carries the trace of the request that caused it, whichever process writes it, and whenever. */
import { createMemoryJournal, ingestRig, type IngestRig, MemoryStore, report, until } from '#testing';
import { START } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { INLINE_HOSTS, type Caller } from './ingest.js';

const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const caller: Caller = { name: 'ann', mayReportRestricted: true, trace };

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
function traces(): readonly (string | undefined)[] {
  return store.entries.slice(before).map((entry) => entry.trace);
}

function quest(hosts: readonly string[]) {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full' as never, hosts: hosts as readonly HostName[], ...rest };
}

test('events, with and without a key', async () => {
  await rig.ingest.logEvents([report('a'), report('a'), report('b', { key: 'k' })], caller);
  expect(traces()).toEqual([trace, trace, trace]);
});

test('a repeat keeps the trace of the first', async () => {
  await rig.ingest.logEvents([report('b', { key: 'k' })], caller);
  await rig.ingest.logEvents([report('b', { key: 'k' })], { ...caller, trace: trace.replace('0af7', '1af7') });
  expect(traces()).toEqual([trace]);
});

test('who has none leaves none', async () => {
  await rig.ingest.logEvents([report('a')], rig.operator);
  expect(traces()).toEqual([undefined]);
});

test('the catalogue', async () => {
  const type = { category: 'fan', state: 'slow', description: null, restricted: false };
  await rig.ingest.defineEventTypes([type], caller);
  await rig.ingest.amendEventType('fan-slow', { description: 'x' }, caller);
  await rig.ingest.amendFate('1', { description: 'x' }, caller);
  expect(traces()).toEqual([trace, trace, trace]);
});

test('commands on labors', async () => {
  await rig.ingest.logEvents([report('a')], rig.operator);
  rig.views.labors.set('a~0', 'open');
  rig.views.position = store.entries.at(-1)?.position ?? START;
  await rig.ingest.commandLabor('a~0', { kind: 'LaborWaived', by: null, reason: 'gone' }, caller);
  expect(traces()).toEqual([undefined, trace]);
});

test('a quest, its hosts, and what is changed about it', async () => {
  await rig.ingest.embarkQuest(quest(['a', 'b']), caller);
  await rig.ingest.addQuestHosts(1 as QuestId, ['c' as HostName], caller);
  await rig.ingest.amendQuest(1 as QuestId, { description: 'more' }, caller);
  expect(traces().length).toBeGreaterThan(8);
  expect(new Set(traces())).toEqual(new Set([trace]));
});

test('what is embarked in the background, by another process, carries the trace of the request all the same', async () => {
  const hosts = Array.from({ length: INLINE_HOSTS + 1 }, (_, nth) => `h${nth}`);
  await rig.ingest.embarkQuest(quest(hosts), caller);
  await rig.ingest.close();
  rig = ingestRig(createMemoryJournal({ store }));
  rig.ingest.start();
  await until('all is embarked', () => store.entries.at(-1)?.type === 'QuestHostsEmbarked');
  expect(traces().length).toBeGreaterThan(INLINE_HOSTS);
  expect(new Set(traces())).toEqual(new Set([trace]));
});
