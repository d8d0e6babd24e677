/**
 * The journal as a text (R12): lines of JSON, each a CloudEvent in the JSON format, of which this file is the law.
 *
 * The first line says what it is (`hermes.export.begun`), then each entry has one, in the order of the journal, and the last
 * says that it is the end (`hermes.export.ended`). There is one way to write a line: what is read is compared with that.
 *
 * - `chain`, the last member of each line, is the SHA-256 of the `chain` of the line before it (nothing before the first) and of
 *   its own text up to there. So a line that is changed, left out, doubled or moved is found at its place.
 * - An export is resumed behind the last whole line that came: its `position` and `chain` are asked with. What comes then begins
 *   with a line `hermes.export.begun` that names this position, and continues this chain: both files together, without what
 *   came of a line that was cut, are one.
 * - Between a line that begins and the first entry there may be lines `hermes.export.waiting`, now and then: the export is
 *   looking up what was redacted, and proxies see that something comes.
 * - `data` is the entry's text to the byte, but of redacted events (rule 25). No text of an entry says a position of a journal
 *   that anything relies on: `position` is the exporting journal's, an import gives new ones.
 * - `content` in the last line is the SHA-256 of the entries without positions and without the journal's name: equal for a
 *   journal and for that into which it was imported.
 */
import { createHash, hash } from 'node:crypto';
import type { Instant } from '#domain';
import type { StoredEntry, Uuid } from '../entries.js';
import type { Position } from '../position.js';
import { streamKind } from '../streams.js';

export const JOURNAL_FILE_FORMAT = 1;

export const ENTRY_LINE = 'hermes.journal.';
export const BEGUN_LINE = 'hermes.export.begun';
export const WAITING_LINE = 'hermes.export.waiting';
export const ENDED_LINE = 'hermes.export.ended';

/** What the first line says, and the first of each part that was asked for later. */
export interface JournalFileHead {
  /** Of the journal that is exported. */
  readonly journal: Uuid;
  /** The journal by whose identity its quests' UUIDs are derived: itself, or the one of which it is an import. */
  readonly origin: Uuid;
  /** Of this line: another one each time. */
  readonly id: Uuid;
  readonly at: Instant;
  /** The version of Hermes that wrote it. */
  readonly build: string;
  /** Null: from the beginning. */
  readonly after: Position | null;
  /** The journal's end when the export began: nothing behind it is in the file. */
  readonly to: Position;
}

/** How many entries there are, and streams of hosts, quests and operations, of which the first entry is among them. */
export interface JournalCounts {
  readonly entries: number;
  readonly hosts: number;
  readonly quests: number;
  readonly operations: number;
}

/** What is said while an export looks up what was redacted. */
export interface JournalFileWait {
  readonly id: Uuid;
  readonly at: Instant;
  /** How far it has looked. */
  readonly looked: Position;
}

/** What the last line says: since the last line that began. */
export interface JournalFileEnd extends JournalCounts {
  readonly id: Uuid;
  readonly at: Instant;
  readonly content: string;
}

/** Of a text, and of the chain before it. */
export function chainOf(before: string, text: string): string {
  return hash('sha256', before + text, 'hex');
}

export const CHAIN_MEMBER = ',"chain":"';
/** What comes behind the text that is hashed. */
export const CHAIN_LENGTH = CHAIN_MEMBER.length + 64 + '"}'.length;
export const DATA_MEMBER = ',"data":';

interface Named {
  readonly id: Uuid;
  readonly type: string;
  readonly at: Instant;
}

/** A line without its chain and its closing brace: before its data, and with them. */
export function headText(head: JournalFileHead): string {
  const { journal, origin, build, after, to } = head;
  const data = {
    format: JOURNAL_FILE_FORMAT,
    origin,
    build,
    after: after === null ? null : String(after),
    to: String(to),
  };
  return `${sourceOf(journal)}${named({ ...head, type: BEGUN_LINE })}${DATA_MEMBER}${JSON.stringify(data)}`;
}

export function waitText(journal: Uuid, { looked, ...wait }: JournalFileWait): string {
  const data = { looked: String(looked) };
  return `${sourceOf(journal)}${named({ ...wait, type: WAITING_LINE })}${DATA_MEMBER}${JSON.stringify(data)}`;
}

export function endText(
  journal: Uuid,
  { entries, hosts, quests, operations, content, ...end }: JournalFileEnd,
): string {
  const data = { entries, hosts, quests, operations, content };
  return `${sourceOf(journal)}${named({ ...end, type: ENDED_LINE })}${DATA_MEMBER}${JSON.stringify(data)}`;
}

/** Up to its data. `core`: what {@link coreText} makes of it. */
export function entryText(journal: Uuid, core: string, position: Position): string {
  return `${sourceOf(journal)}${core},"position":"${position}"`;
}

/** What of an entry is the same in every journal, but for its data. */
export function coreText(entry: Omit<StoredEntry, 'position' | 'json'>): string {
  const { id, type, version, recordedAt, stream, revision, trace, principal } = entry;
  const traced = trace === undefined ? '' : `,"traceparent":${JSON.stringify(trace)}`;
  const signed = principal === undefined ? '' : `,"principal":${JSON.stringify(principal)}`;
  const placed = `,"entryversion":${version},"stream":${JSON.stringify(stream)},"revision":${revision}`;
  return `${named({ id, type: `${ENTRY_LINE}${type}`, at: recordedAt })}${placed}${traced}${signed}`;
}

function sourceOf(journal: Uuid): string {
  return `{"specversion":"1.0","source":"urn:uuid:${journal}",`;
}

function named({ id, type, at }: Named): string {
  return `"id":"${id}","type":${JSON.stringify(type)},"time":"${at}","datacontenttype":"application/json"`;
}

/** Counts and hashes entries as they come. */
export class JournalContent {
  private entries = 0;
  private hosts = 0;
  private quests = 0;
  private operations = 0;
  private readonly sha256 = createHash('sha256');

  /** `core`: as {@link coreText} has it. */
  add({ stream, revision, json }: Pick<StoredEntry, 'stream' | 'revision' | 'json'>, core: string): void {
    this.sha256.update(`${core}\n${json}\n`);
    this.entries += 1;
    if (revision > 0) return;
    const { kind } = streamKind(stream);
    if (kind === 'host') this.hosts += 1;
    else if (kind === 'quest') this.quests += 1;
    else if (kind === 'operation') this.operations += 1;
  }

  get counts(): JournalCounts {
    const { entries, hosts, quests, operations } = this;
    return { entries, hosts, quests, operations };
  }

  /** In hex, of all so far. */
  get hex(): string {
    return this.sha256.copy().digest('hex');
  }
}
