/** Recorded entries of every type and version, replayed through today's code: a change of a layout that is not a new version shows here. */
import { readFileSync } from 'node:fs';
import type { StoredEntry } from '../entries.js';
import { positionOf } from '../position.js';
import { CATALOGUE_READERS, decodeCatalogueEntry } from './catalogue.js';
import { decodeHostEntry, HOST_READERS } from './host.js';
import { encodeEntry, type Decoded, type DomainEntry } from './index.js';
import { decodeQuestEntry, QUEST_READERS } from './quest.js';

interface Recorded {
  readonly stored: Omit<StoredEntry, 'position'> & { readonly position: string };
  /** What it must be read as. */
  readonly entry: DomainEntry;
}

const readers: Readonly<Record<string, readonly unknown[]>> = {
  ...HOST_READERS,
  ...CATALOGUE_READERS,
  ...QUEST_READERS,
};
const versions = [...new Set(Object.values(readers).flatMap((list) => list.map((_, index) => index + 1)))];

/** `entries-v<version>.jsonl` holds entries whose types stand at that version; lines are never edited, only added. */
const recorded = versions.flatMap((version) =>
  readFileSync(new URL(`../testdata/entries-v${version}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded),
);

function decode({ stored }: Recorded): Decoded<DomainEntry> {
  const entry = { ...stored, position: positionOf(BigInt(stored.position)) };
  if (stored.stream === 'catalogue') return decodeCatalogueEntry(entry);
  return stored.stream.startsWith('host-') ? decodeHostEntry(entry) : decodeQuestEntry(entry);
}

test('every type and version that is read has been recorded', () => {
  const there = new Set(recorded.map(({ stored }) => `${stored.type} ${stored.version}`));
  const read = Object.entries(readers).flatMap(([type, list]) => list.map((_, index) => `${type} ${index + 1}`));
  expect([...there].sort()).toEqual([...read].sort());
});

test.each(recorded.map((line) => [line.stored.type, line.stored.version, line] as const))(
  '%s of version %d is read as it was recorded',
  (_type, _version, line) => {
    expect(decode(line)).toStrictEqual({ ok: true, entry: line.entry });
  },
);

test('the newest version of each type is written as it was recorded, to the letter', () => {
  const newest = recorded.filter(({ stored }) => stored.version === readers[stored.type]?.length);
  expect(newest.length).toBeGreaterThan(0);
  for (const { stored, entry } of newest) {
    const { id, type, version, recordedAt, json } = stored;
    expect(encodeEntry(entry, id)).toEqual({ id, type, version, recordedAt, json });
  }
});
