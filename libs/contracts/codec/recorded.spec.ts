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
  ENTRIES_VERSION,
  entriesVersionOf,
  entryCodecs,
  readsEntry,
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

function recordedVersions(): readonly string[] {
  return [...new Set(recorded.map(({ stored }) => `${stored.type} ${stored.version}`))].sort();
}

test('every type and version that is read has been recorded', () => {
  const read = [...newest].flatMap(([type, last]) => upTo(last).map((version) => `${type} ${version}`));
  expect(recordedVersions()).toEqual([...read].sort());
});

test.each(recorded.map((line) => [line.stored.type, line.stored.version, line] as const))(
  '%s of version %d is read as it was recorded',
  (_type, _version, line) => {
    expect(decode(line)).toStrictEqual({ ok: true, entry: line.entry });
  },
);

test('each entry is written as it was recorded, to the letter, or in an older version that is read as the same entry (R13)', () => {
  const written = new Set<string>();
  for (const line of recorded) {
    const { id, stream, revision, position, type, version, recordedAt, json } = line.stored;
    const encoded = encodeEntry(line.entry, id);
    written.add(`${type} ${encoded.version}`);
    if (encoded.version === version) expect(encoded).toEqual({ id, type, version, recordedAt, json });
    else {
      expect(encoded.version).toBeLessThan(version);
      const stored = { ...encoded, stream, revision, position };
      expect(decode({ ...line, stored })).toStrictEqual({ ok: true, entry: line.entry });
    }
  }
  // and each version that there was is the oldest that says some entry
  expect([...written].sort()).toEqual(recordedVersions());
});

test('R13: what is read was allowed by an entries version, of which this build has the newest', () => {
  const since = Object.values(entryCodecs).flatMap((codec) => codec.since);
  expect(Math.max(...since)).toBe(ENTRIES_VERSION);
  for (const { version, since: each } of Object.values(entryCodecs)) expect(each).toHaveLength(version);
  expect(entriesVersionOf({ type: 'EventLogged', version: 2 })).toBe(1);
  for (const unknown of [
    { type: 'EventLogged', version: 3 },
    { type: 'EventLogged', version: 0 },
    { type: 'EventLogged', version: 1.5 },
    { type: 'constructor', version: 1 },
    { type: '__proto__', version: 1 },
  ]) {
    expect(readsEntry(unknown)).toBe(false);
    expect(entriesVersionOf(unknown)).toBe(Number.POSITIVE_INFINITY);
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
