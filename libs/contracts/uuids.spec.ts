/** Derived UUIDs (J1): the same for ever, and never the same for two things. */
import fc from 'fast-check';
import type { HostName, QuestId, TypeName } from '#domain';
import { anyText } from '../testing/any-text.js';
import { keyedEventUuid, questEventUuid, requestUuid } from './uuids.js';

const HOST = 'web-1.example.com' as HostName;
const TYPE = 'disk-full' as TypeName;
const JOURNAL = '6f1c1c5e-0d3a-4b58-9e55-0a8d2f1f7c11';

test('J1: derived UUIDs never change, whichever process derives them', () => {
  expect(keyedEventUuid(HOST, TYPE, 'run-1')).toBe('53fdf1ee-bfba-8c52-b28d-b5822a91e8c1');
  expect(keyedEventUuid(HOST, TYPE, 'clé 🚀')).toBe('c9396acf-6380-8fe6-b74c-b68e9c01548e');
  expect(questEventUuid(JOURNAL, 12 as QuestId, HOST)).toBe('6a312ed1-31c8-85b7-a089-c27acfd605ba');
});

test('they are UUIDs of version 8', () => {
  fc.assert(
    fc.property(anyText(), (key) => {
      expect(keyedEventUuid(HOST, TYPE, key)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }),
  );
});

test('another host, type, key, quest or journal gives another, also where a key plays the separator', () => {
  const other = '6f1c1c5e-0d3a-4b58-9e55-0a8d2f1f7c12';
  const [a, ab, one] = ['a' as HostName, 'a-b' as HostName, '1' as HostName];
  const uuids = [
    ...['', 'b', '\0b', 'b\0', 'b\0c', '\0', 'a\0b', 'a', '-b', `\0${a}`].map((key) => keyedEventUuid(a, TYPE, key)),
    ...['', 'b', '\0b'].map((key) => keyedEventUuid(ab, TYPE, key)),
    ...[1, 2, 11].map((quest) => questEventUuid(JOURNAL, quest as QuestId, one)),
    questEventUuid(JOURNAL, 1 as QuestId, '11' as HostName),
    questEventUuid(other, 1 as QuestId, one),
    ...['disk', 'disk-full-b', 'a'].map((type) => keyedEventUuid(a, type as TypeName, 'b')),
    keyedEventUuid(one, TYPE, `${JOURNAL}\x001\x001`),
    keyedEventUuid(JOURNAL as HostName, TYPE, `1\x00${one}`),
    keyedEventUuid(JOURNAL as HostName, '1' as TypeName, one),
  ];
  expect(new Set(uuids).size).toBe(uuids.length);
});

test('100,000 keys of one host have 100,000 UUIDs', () => {
  const uuids = new Set<string>();
  for (let index = 0; index < 100_000; index += 1) uuids.add(keyedEventUuid(HOST, TYPE, `run-${index}`));
  expect(uuids.size).toBe(100_000);
});

test('what a request with a key writes has UUIDs of its own, the same for every try', () => {
  expect(requestUuid(JOURNAL, 'draft')).toBe('1fc5d536-393b-8ec9-888c-3c142278d473');
  const other = '6f1c1c5e-0d3a-4b58-9e55-0a8d2f1f7c12';
  const uuids = [
    ...['draft', 'batch 1', 'batch 11', 'a~1', 'a~11'].map((step) => requestUuid(JOURNAL, step)),
    requestUuid(other, 'draft'),
    keyedEventUuid(JOURNAL as HostName, TYPE, 'draft'),
  ];
  expect(new Set(uuids).size).toBe(uuids.length);
});
