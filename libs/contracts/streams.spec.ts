/** Names of streams, and the partitions they belong to (F1). */
import fc from 'fast-check';
import { parseHostName, parseOperationId, parseQuestId } from '#domain';
import { anyText } from '../testing/any-text.js';
import { CATALOGUE_STREAM, hostStream, JOURNAL_STREAM, NAMES_STREAM, PARTITION_HASH_VERSION } from './streams.js';
import { operationStream, partitionOf, questStream, streamKind } from './streams.js';

const host = fc
  .stringMatching(/^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$/)
  .map((name) => parseHostName(name))
  .filter((name) => name !== undefined);

test('the name of a stream says what it is', () => {
  fc.assert(
    fc.property(host, (name) => {
      expect(streamKind(hostStream(name))).toEqual({ kind: 'host', host: name });
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (number) => {
      const quest = parseQuestId(number)!;
      expect(streamKind(questStream(quest))).toEqual({ kind: 'quest', quest });
    }),
  );
  const operation = parseOperationId('7b1d2f00-0000-8000-8000-000000000009')!;
  expect(streamKind(operationStream(operation))).toEqual({ kind: 'operation', operation });
  expect(streamKind(CATALOGUE_STREAM)).toEqual({ kind: 'catalogue' });
  expect(streamKind(NAMES_STREAM)).toEqual({ kind: 'names' });
  expect(streamKind(JOURNAL_STREAM)).toEqual({ kind: 'journal' });
});

test('a host called like a stream is a host all the same', () => {
  for (const name of ['catalogue', 'journal', 'names', 'quest-1', 'host-a', 'constructor']) {
    expect(streamKind(hostStream(parseHostName(name)!))).toEqual({ kind: 'host', host: name });
  }
});

test.each([
  ...['', 'host', 'host-', 'host-A', 'host- a', 'host-a ', 'host-a.', 'host-a/b', 'host-a\n', 'HOST-a', ' host-a'],
  ...['host-a\0', 'host-é', `host-${'a'.repeat(254)}`, 'quest', 'quest-', 'quest-0', 'quest--1', 'quest-01'],
  ...['quest-1.0', 'quest-1e3', 'quest-0x1', 'quest- 1', 'quest-1\n', 'quest-9007199254740993', 'quest-Infinity'],
  ...['Catalogue', 'catalogue-1', 'journal-1', 'Names', 'names-1', 'operation-1', 'operation-', '$all', '__proto__'],
])('no stream of ours: %j', (stream) => {
  expect(streamKind(stream)).toEqual({ kind: 'unknown' });
});

test('whatever a stream is called, it has one kind, which leads back to its name', () => {
  const name = fc.oneof(
    fc.string(),
    fc.string().map((rest) => `host-${rest}`),
    fc.string().map((rest) => `quest-${rest}`),
    fc.uuid().map((rest) => `operation-${rest}`),
  );
  fc.assert(
    fc.property(name, (stream) => {
      const kind = streamKind(stream);
      if (kind.kind === 'host') expect(hostStream(kind.host)).toBe(stream);
      if (kind.kind === 'quest') expect(questStream(kind.quest)).toBe(stream);
      if (kind.kind === 'operation') expect(operationStream(kind.operation)).toBe(stream);
    }),
  );
});

test('F1: the hash of this version never changes (another needs another version)', () => {
  const streams = ['catalogue', 'journal', 'host-a', 'host-web-1.example.com', 'quest-1', 'quest-12'];
  expect(PARTITION_HASH_VERSION).toBe(1);
  expect(streams.map((stream) => [4, 8, 12].map((count) => partitionOf(stream, count)))).toEqual([
    [1, 1, 1],
    [2, 2, 6],
    [0, 4, 8],
    [3, 7, 7],
    [3, 7, 7],
    [3, 3, 3],
  ]);
});

test('F1: a partition is one of those there are', () => {
  fc.assert(
    fc.property(anyText(), fc.integer({ min: 1, max: 1024 }), (stream, partitions) => {
      const partition = partitionOf(stream, partitions);
      expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
    }),
  );
});

/** As fleets are named: a role and a number, racks and slots, addresses, ids of instances. */
const fleets: readonly (readonly [what: string, nameOf: (index: number) => string])[] = [
  ['numbers at the end', (index) => `web-${index}`],
  ['numbers in a domain', (index) => `web${String(index).padStart(6, '0')}.eu-west-1.example.com`],
  ['racks and slots', (index) => `r${Math.floor(index / 40)}-u${index % 40}.dc1.example.com`],
  ['addresses', (index) => `ip-10-${index >> 16}-${(index >> 8) & 255}-${index & 255}`],
  ['hexadecimal ids', (index) => `i-0${(0xab12cd0000 + index * 7919).toString(16)}`],
];

test.each(fleets)('F1: 100,000 hosts spread over 8 partitions within 5 %%: %s', (_what, nameOf) => {
  const counts = new Array<number>(8).fill(0);
  for (let index = 0; index < 100_000; index += 1) {
    const partition = partitionOf(hostStream(parseHostName(nameOf(index))!), 8);
    counts[partition] = counts[partition]! + 1;
  }
  for (const count of counts) expect(Math.abs(count - 12_500)).toBeLessThan(625);
});
