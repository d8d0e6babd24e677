/** The checksum of an entry is the one that earlier versions wrote, where it says nothing that they did not know. */
import { crc32 } from 'node:zlib';
import type { NewEntry } from '#contracts';
import { checksumOf } from './checksum.js';

const entry: NewEntry = {
  ...{ id: '6f1e2d3c-0000-4000-8000-000000000001', type: 'EventLogged', version: 2, json: '{"a":1}' },
  recordedAt: '2026-01-31T10:00:00.000Z' as NewEntry['recordedAt'],
};
const before = 'host-a\n3\n6f1e2d3c-0000-4000-8000-000000000001\nEventLogged\n2\n2026-01-31T10:00:00.000Z\n';

test('without a principal it is as it was before there were any, with a trace and without', () => {
  expect(checksumOf('host-a', 3, entry)).toBe(crc32(`${before}\n{"a":1}`) | 0);
  expect(checksumOf('host-a', 3, { ...entry, trace: '00-x' })).toBe(crc32(`${before}00-x\n{"a":1}`) | 0);
});

test('a principal is in it', () => {
  const signed = ['ann', 'anm', ''].map((principal) => checksumOf('host-a', 3, { ...entry, principal }));
  expect(new Set([...signed, checksumOf('host-a', 3, entry)]).size).toBe(4);
});
