/** Limits follow from the memory that is there, fit into it together, and are as they were where there is plenty. */
import {
  controlGroupLimits,
  LEAST_MEMORY_MIB,
  memoryThere,
  MIB,
  sharesOf,
  type Memory,
  type MemoryShares,
} from './memory.js';
import { parseSettings, type Settings } from './settings.js';

const GIB = 1024 * MIB;

/** As Node chooses the heap in a container. */
const container = (mib: number): Memory => ({ bytes: mib * MIB, heapBytes: (mib / 2) * MIB });

function settings(environment: Record<string, string>, memory: Memory): Settings {
  const parsed = parseSettings(environment, undefined, memory);
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return parsed.settings;
}

const faults = (environment: Record<string, string>, memory: Memory) => {
  const parsed = parseSettings(environment, undefined, memory);
  return parsed.ok ? [] : parsed.faults;
};

/** All that may lie outside of the heap, decoders apart. */
function outside(shares: MemoryShares): number {
  const { heldBytes, recentIdBytes, fetchBytes, viewsHeapBytes, viewsCacheBytes } = shares;
  // a generation that is served, one that is built, the list of events, and their readers
  const caches = 3 * viewsCacheBytes;
  // of answers half as much as of bodies
  // the feed's and the inbound topic's
  const fetched = 2 * fetchBytes;
  return 1.25 * heldBytes + 2 * recentIdBytes + fetched + viewsHeapBytes + caches;
}

test.each([384, 512, 768, 1024, 2048])('what lies outside of the heap fits beside it into %i MiB', (mib) => {
  const shares = sharesOf(container(mib));
  expect(outside(shares) + shares.decoderBytes).toBeLessThanOrEqual(shares.bytes - shares.heapBytes);
});

/** What the names of a million hosts take. */
const NAMES = 16 * MIB;

test.each([512, 768, 1024, 2048])('inventories that are open fit into it as well, in %i MiB', (mib) => {
  const shares = sharesOf(container(mib));
  const names = NAMES * shares.openImports;
  expect(outside(shares) + shares.decoderBytes + names).toBeLessThanOrEqual(shares.bytes - shares.heapBytes);
});

test('there is always one inventory; it fits in 384 MiB if it has half as many hosts, and nothing is left in less', () => {
  const shares = sharesOf(container(384));
  expect(outside(shares) + shares.decoderBytes + NAMES / 2).toBeLessThanOrEqual(shares.bytes - shares.heapBytes);
  expect([384, LEAST_MEMORY_MIB].map((mib) => sharesOf(container(mib)).openImports)).toEqual([1, 1]);
});

test('in the least memory all but decoders fits, and these are a 16th of it', () => {
  const { decoderBytes, ...shares } = sharesOf(container(LEAST_MEMORY_MIB));
  expect(outside({ decoderBytes, ...shares })).toBeLessThanOrEqual(shares.bytes - shares.heapBytes);
  expect(decoderBytes).toBeLessThanOrEqual(shares.bytes / 16);
});

test.each([256, 512, 1024])('all queues in the heap are less than half of it, in %i MiB', (mib) => {
  const { heapBytes, workedBytes, queuedBytes, queuedEntries, feedCharacters } = sharesOf(container(mib));
  expect(workedBytes + queuedBytes + 1024 * queuedEntries + feedCharacters).toBeLessThan(heapBytes / 2);
});

test('with some GiB the limits are those that bounded Hermes before it looked at memory', () => {
  const { limits, memory } = settings({}, { bytes: 24 * GIB, heapBytes: 4 * GIB });
  expect(limits).toMatchObject({ heldBytes: 256 * MIB, queuedEntries: 100_000, queuedBytes: 128 * MIB });
  expect(memory).toMatchObject({ busyStreams: 32, openImports: 8, recentIdBytes: 48 * MIB, viewsCacheBytes: 48 * MIB });
});

test('in 512 MiB they are smaller; a setting goes before; the largest body fits whatever it is', () => {
  const small = container(512);
  expect(settings({}, small).limits).toMatchObject({
    heldBytes: 44_739_242,
    queuedBytes: 32 * MIB,
    decoderBytes: 32 * MIB,
  });
  expect(settings({ HERMES_MAX_HELD_BYTES: '100000000' }, small).limits.heldBytes).toBe(100_000_000);
  expect(settings({ HERMES_MAX_BODY_BYTES: '100000000' }, small).limits.heldBytes).toBe(133_333_334);
  expect(settings({ HERMES_MEMORY_MIB: '512' }, container(2048)).limits.heldBytes).toBe(44_739_242);
});

test('too little memory, and more than there is, are refused, with the memory of the process', () => {
  expect(faults({}, container(255))).toEqual([
    expect.stringMatching(/may use 255 MiB of memory: give it 256 at least/),
  ]);
  expect(faults({ HERMES_MEMORY_MIB: '1024' }, container(512))).toEqual([
    expect.stringMatching(/^HERMES_MEMORY_MIB is 1024, but the process may use 512 MiB/),
  ]);
});

test('a heap that leaves no room for the rest is said at the start', () => {
  const large = { bytes: 512 * MIB, heapBytes: 4 * GIB };
  expect(settings({}, large).hints).toEqual([expect.stringMatching(/4096 MiB.*512 MiB.*--max-old-space-size=256$/)]);
  expect(settings({}, container(512)).hints).toEqual([]);
});

const files = (of: Record<string, string>) => (path: string) => of[path];

test('a limit of a control group counts, and so does one of the groups above', () => {
  const group = { '/proc/self/cgroup': '0::/system.slice/hermes.service\n' };
  const root = '/sys/fs/cgroup';
  const own = { [`${root}/system.slice/hermes.service/memory.max`]: '536870912\n' };
  const above = { [`${root}/system.slice/memory.max`]: '268435456\n' };
  expect(controlGroupLimits(files({ ...group, ...own, ...above }))).toEqual([536_870_912, 268_435_456]);
  expect(controlGroupLimits(files({ ...group, [`${root}/system.slice/memory.max`]: 'max\n' }))).toEqual([]);
  // a container sees its group as the root, and may read a path of the machine's
  const inside = { '/proc/self/cgroup': '0::/../../pod/id\n', [`${root}/memory.max`]: '1073741824\n' };
  expect(controlGroupLimits(files(inside))).toEqual([1_073_741_824]);
});

test('of version 1, too', () => {
  const group = '9:name=systemd:/\n4:cpu,memory:/docker/id\n0::/\n';
  const root = '/sys/fs/cgroup/memory';
  const limits = {
    [`${root}/docker/id/memory.limit_in_bytes`]: '536870912\n',
    [`${root}/memory.limit_in_bytes`]: '9223372036854771712\n',
  };
  expect(controlGroupLimits(files({ '/proc/self/cgroup': group, ...limits }))).toEqual([
    536_870_912, 9_223_372_036_854_771_712,
  ]);
  expect(controlGroupLimits(files({}))).toEqual([]);
});

test('this process knows its memory', () => {
  const { bytes, heapBytes } = memoryThere();
  expect(bytes).toBeGreaterThan(64 * MIB);
  expect(heapBytes).toBeGreaterThan(16 * MIB);
});
