/** Recorded entries of every type and version, replayed through today's code: a change of a layout that is not a new version shows here. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { StoredEntry } from '../entries.js';
import { positionOf } from '../position.js';

import {
  decodeCatalogueEntry,
  decodeHostEntry,
  decodeNamesEntry,
  decodeOperationEntry,
  decodeQuestEntry,
  encodeEntry,
  entryCodecs,
  type Decoded,
  type DomainEntry,
} from './index.js';

interface Recorded {
  readonly stored: Omit<StoredEntry, 'position'> & { readonly position: string };
  /** What it must be read as. */
  readonly entry: DomainEntry;
}

const newest = new Map(Object.entries(entryCodecs).map(([type, { version }]) => [type, version]));
const upTo = (version: number) => Array.from({ length: version }, (_, index) => index + 1);
const versions = upTo(Math.max(...newest.values()));

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
  if (stored.stream === 'names') return decodeNamesEntry(entry);
  if (stored.stream.startsWith('operation-')) return decodeOperationEntry(entry);
  return stored.stream.startsWith('host-') ? decodeHostEntry(entry) : decodeQuestEntry(entry);
}

test('every type and version that is read has been recorded', () => {
  const there = new Set(recorded.map(({ stored }) => `${stored.type} ${stored.version}`));
  const read = [...newest].flatMap(([type, last]) => upTo(last).map((version) => `${type} ${version}`));
  expect([...there].sort()).toEqual([...read].sort());
});

test.each(recorded.map((line) => [line.stored.type, line.stored.version, line] as const))(
  '%s of version %d is read as it was recorded',
  (_type, _version, line) => {
    expect(decode(line)).toStrictEqual({ ok: true, entry: line.entry });
  },
);

test('the newest version of each type is written as it was recorded, to the letter', () => {
  const written = recorded.filter(({ stored }) => stored.version === newest.get(stored.type));
  expect(new Set(written.map(({ stored }) => stored.type))).toEqual(new Set(newest.keys()));
  for (const { stored, entry } of written) {
    const { id, type, version, recordedAt, json } = stored;
    expect(encodeEntry(entry, id)).toEqual({ id, type, version, recordedAt, json });
  }
});

test.each([...newest.keys()].map((type) => [type]))(
  'what %s was recorded as fits its schema, and nothing more does',
  (type) => {
    const fits = new Ajv({ strict: false, validateFormats: false }).compile(
      entryCodecs[type as DomainEntry['kind']].schema,
    );
    for (const { stored } of recorded.filter(
      (line) => line.stored.type === type && line.stored.version === newest.get(type),
    )) {
      const data = JSON.parse(stored.json) as object;
      expect(fits(data) ? null : fits.errors).toBeNull();
      expect(fits({ ...data, colour: 'red' })).toBe(false);
    }
  },
);
