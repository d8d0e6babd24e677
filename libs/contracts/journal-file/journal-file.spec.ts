/** R12: an export is read to the same entries, and what was done to it is found at its line. */
import fc from 'fast-check';
import type { Instant } from '#domain';
import { anyText } from '../../testing/any-text.js';
import type { StoredEntry } from '../entries.js';
import { positionOf, type Position } from '../position.js';
import { CHAIN_LENGTH, chainOf } from './format.js';
import { JournalFileReader, JournalFileWriter } from './index.js';

const JOURNAL = '6f1c7d0e-52b3-4a41-9a57-1b7a4f6f4f6a';
const AT = '2026-01-31T10:00:00.000Z' as Instant;
const HEAD = { origin: JOURNAL, build: 'fold 6', after: null, to: positionOf(1000n) };
const named = () => ({ id: crypto.randomUUID(), at: AT });

function entry(nth: number, more: Partial<StoredEntry> = {}): StoredEntry {
  return {
    ...{ id: crypto.randomUUID(), type: 'Tested', version: 1, recordedAt: AT, json: `{ "n": ${nth}.0 }` },
    ...{ stream: `host-${nth % 3}`, revision: Math.floor(nth / 3), position: positionOf(BigInt(nth) * 7n + 1n) },
    ...more,
  };
}

const ENTRIES = Array.from({ length: 20 }, (_, nth) => entry(nth));

function exported(entries: readonly StoredEntry[] = ENTRIES): string {
  const writer = new JournalFileWriter(JOURNAL);
  return [
    writer.begin({ ...HEAD, ...named() }),
    ...entries.map((each) => writer.entry(each)),
    writer.end(named()),
  ].join('');
}

/** The entries, or the number of the line that is refused. */
function read(file: Buffer): readonly StoredEntry[] | { readonly line: number; readonly reason: string } {
  const reader = new JournalFileReader();
  const entries: StoredEntry[] = [];
  const lines: Buffer[] = [];
  for (let from = 0; from < file.length;) {
    const end = file.indexOf(0x0a, from);
    lines.push(file.subarray(from, end < 0 ? file.length : end));
    from = end < 0 ? file.length : end + 1;
  }
  for (const [index, bytes] of lines.entries()) {
    const one = reader.read(bytes);
    if (!one.ok) return { line: index + 1, reason: one.reason };
    if (one.line.kind === 'entry') entries.push(one.line.entry);
  }
  return reader.isWhole ? entries : { line: lines.length, reason: 'it is not whole' };
}

/** The kinds of lines, or why they are refused. */
function kindsOf(file: string): readonly string[] {
  const reader = new JournalFileReader();
  return file
    .trimEnd()
    .split('\n')
    .map((line) => {
      const one = reader.read(Buffer.from(line));
      return one.ok ? one.line.kind : one.reason;
    });
}

test('whatever entries say, they come back the same, to the byte', () => {
  const texts = anyText({ maxLength: 20 }).filter((text) => text !== '' && !/[\0\p{Surrogate}]/u.test(text));
  const json = fc.dictionary(anyText({ maxLength: 10 }), fc.jsonValue()).map((value) => JSON.stringify(value));
  const some = fc.record(
    { type: texts, version: fc.integer({ min: 1 }), json, trace: texts, principal: texts },
    { requiredKeys: ['type', 'version', 'json'] },
  );
  fc.assert(
    fc.property(fc.array(some, { maxLength: 5 }), (all) => {
      const entries = all.map((each, nth) => entry(nth, each));
      expect(read(Buffer.from(exported(entries)))).toEqual(entries);
    }),
  );
});

test('each line is a CloudEvent; the last one counts, and hashes what is the same in every journal', () => {
  const entries = [
    entry(0, { stream: 'host-a', revision: 0 }),
    entry(1, { stream: 'host-a', revision: 1 }),
    entry(2, { stream: 'quest-1', revision: 0 }),
    entry(3, { stream: `operation-${JOURNAL}`, revision: 0 }),
    entry(4, { stream: 'catalogue', revision: 0 }),
  ];
  const lines = exported(entries)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const line of lines)
    expect(line).toMatchObject({
      specversion: '1.0',
      source: `urn:uuid:${JOURNAL}`,
      time: AT,
      datacontenttype: 'application/json',
      id: expect.any(String) as string,
    });
  expect(lines.map(({ type }) => type)).toEqual([
    'hermes.export.begun',
    ...entries.map(() => 'hermes.journal.Tested'),
    'hermes.export.ended',
  ]);
  expect(lines[1]).toMatchObject({ stream: 'host-a', revision: 0, entryversion: 1, position: '1', data: { n: 0 } });
  const { data } = lines.at(-1)!;
  expect(data).toMatchObject({ entries: 5, hosts: 1, quests: 1, operations: 1 });
  // elsewhere, and at other positions
  const writer = new JournalFileWriter(crypto.randomUUID());
  writer.begin({ ...HEAD, ...named() });
  for (const [nth, each] of entries.entries()) writer.entry({ ...each, position: positionOf(BigInt(nth) + 5n) });
  expect(JSON.parse(writer.end(named()))).toMatchObject({ data });
});

test('a hundred random corruptions, and more, are each found at their line', () => {
  const file = Buffer.from(exported());
  const lineAt = (at: number) => file.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
  fc.assert(
    fc.property(fc.nat(file.length - 2), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at]! + by) % 256;
      expect(read(damaged)).toMatchObject({ line: lineAt(at) });
    }),
    { numRuns: 500 },
  );
});

test('a line that is missing, doubled, or in another place is found there; so is one behind the end', () => {
  const lines = exported().trimEnd().split('\n');
  const file = (changed: readonly string[]) => read(Buffer.from(`${changed.join('\n')}\n`));
  expect(file(lines.toSpliced(4, 1))).toMatchObject({ line: 5 });
  expect(file(lines.toSpliced(4, 0, lines[3]!))).toMatchObject({ line: 5 });
  expect(file(lines.toSpliced(4, 2, lines[5]!, lines[4]!))).toMatchObject({ line: 5 });
  expect(file(lines.slice(1))).toMatchObject({ line: 1 });
  expect(file([...lines, lines.at(-1)!])).toMatchObject({ line: lines.length + 1 });
  expect(file(lines.toSpliced(3, 0, ''))).toMatchObject({ line: 4 });
});

test('cut anywhere it is not whole, and what is cut within a line is found there', () => {
  const file = Buffer.from(exported());
  fc.assert(
    fc.property(fc.nat(file.length - 2), (length) => {
      const cut = file.subarray(0, length);
      expect(read(cut)).toMatchObject({
        line: cut
          .toString()
          .split('\n')
          .filter((line) => line !== '').length,
      });
    }),
  );
});

/** What an export gives behind the nth of its lines. */
function resumed(file: string, lines: number, entries: readonly StoredEntry[], after?: Position): string {
  const kept = file.split('\n').slice(0, lines);
  const { chain, position } = JSON.parse(kept.at(-1)!) as { chain: string; position: string };
  const writer = new JournalFileWriter(JOURNAL, chain);
  const head = { ...HEAD, after: after ?? positionOf(BigInt(position)), ...named() };
  return [
    ...kept,
    [writer.begin(head), ...entries.map((each) => writer.entry(each)), writer.end(named())].join(''),
  ].join('\n');
}

test('resumed behind its last whole line it continues the chain: both parts are one export', () => {
  const file = resumed(exported(), 8, ENTRIES.slice(7));
  expect(read(Buffer.from(file))).toEqual(ENTRIES);
  // once more, and elsewhere
  expect(read(Buffer.from(resumed(file, 15, ENTRIES.slice(13))))).toEqual(ENTRIES);
  const [, ...alone] = file.split('\n').slice(7);
  expect(read(Buffer.from(alone.join('\n')))).toMatchObject({
    line: 1,
    reason: expect.stringContaining('resumed') as string,
  });
});

test('what is resumed at another place does not follow', () => {
  const wrong = resumed(exported(), 8, ENTRIES.slice(9), ENTRIES[8]!.position);
  expect(kindsOf(wrong)[8]).toContain('it goes on behind position');
});

test('while it waits it says so, before its first entry only, and each such line is one of the chain', () => {
  const waiting = (after: number) => {
    const writer = new JournalFileWriter(JOURNAL);
    const wait = () => writer.wait({ ...named(), looked: positionOf(7n) });
    return [
      ...[writer.begin({ ...HEAD, ...named() }), wait(), wait()],
      ...ENTRIES.map((each, nth) => writer.entry(each) + (nth === after ? wait() : '')),
      writer.end(named()),
    ].join('');
  };
  const file = waiting(-1);
  expect(read(Buffer.from(file))).toEqual(ENTRIES);
  expect(read(Buffer.from(waiting(3)))).toMatchObject({ line: 8 });
  const changed = file.replace('"looked":"7"', '"looked":"8"');
  expect(read(Buffer.from(changed))).toMatchObject({ line: 2 });
  expect(read(Buffer.from(file.split('\n').toSpliced(2, 1).join('\n')))).toMatchObject({ line: 3 });
});

test('another format is refused by its number', () => {
  const [first = ''] = exported().split('\n');
  const other = first.slice(0, -CHAIN_LENGTH).replace('"format":1', '"format":2');
  // as the Hermes that writes that format would end it
  expect(kindsOf(`${other},"chain":"${chainOf('', other)}"}`)[0]).toContain('format 2');
});
