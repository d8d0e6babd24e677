/**
 * Reads the lines of an export, one after the other: a line that is not exactly what an export writes behind the lines before it
 * has a reason, never an exception or an entry.
 */
import { isInstant } from '../instants.js';
import { JOURNAL_STREAM } from '../streams.js';
import type { StoredEntry, Uuid } from '../entries.js';
import { parsePosition, START, type Position } from '../position.js';
import {
  BEGUN_LINE,
  CHAIN_LENGTH,
  CHAIN_MEMBER,
  chainOf,
  coreText,
  DATA_MEMBER,
  ENDED_LINE,
  endText,
  ENTRY_LINE,
  entryText,
  headText,
  JOURNAL_FILE_FORMAT,
  JournalContent,
  WAITING_LINE,
  waitText,
  type JournalCounts,
  type JournalFileHead,
} from './format.js';

export type JournalLine =
  | { readonly kind: 'begun'; readonly head: JournalFileHead }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'entry'; readonly entry: StoredEntry }
  | { readonly kind: 'ended' };

export type ReadJournalLine =
  { readonly ok: true; readonly line: JournalLine } | { readonly ok: false; readonly reason: string };

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const SOURCE = 'urn:uuid:';
const SHA256 = /^[\da-f]{64}$/;
/** As a journal refuses it: a store cuts or mends such text in silence. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

type Members = Readonly<Record<string, unknown>>;

/** Why a line cannot be read; caught where it is thrown. */
class Unread extends Error {}

export class JournalFileReader {
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private chain = '';
  private head: JournalFileHead | undefined;
  private last: Position = START;
  private ended = false;
  private readonly whole = new JournalContent();
  /** Since the last line that began. */
  private part = new JournalContent();

  /** `bytes`: a line without its line feed. */
  read(bytes: Uint8Array): ReadJournalLine {
    try {
      return { ok: true, line: this.lineOf(this.textOf(bytes)) };
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      return { ok: false, reason: error.message };
    }
  }

  /** Whether the last line of an export was read. */
  get isWhole(): boolean {
    return this.ended;
  }

  /** Of all entries so far. */
  get counts(): JournalCounts {
    return this.whole.counts;
  }

  get content(): string {
    return this.whole.hex;
  }

  private textOf(bytes: Uint8Array): string {
    try {
      return this.utf8.decode(bytes);
    } catch {
      throw new Unread('it is not UTF-8');
    }
  }

  private lineOf(line: string): JournalLine {
    if (this.ended) throw new Unread('it stands behind the last line of an export');
    const text = this.chained(line);
    const at = text.indexOf(DATA_MEMBER);
    const members = objectIn(`${at < 0 ? text : text.slice(0, at)}}`);
    const data = at < 0 ? '' : text.slice(at + DATA_MEMBER.length);
    const { type } = members;
    if (type === BEGUN_LINE) return { kind: 'begun', head: this.begin(text, members, objectIn(data)) };
    const { head } = this;
    if (head === undefined) throw new Unread(`it is not the first line of an export: that is of type ${BEGUN_LINE}`);
    if (type === WAITING_LINE) {
      this.wait(text, head, members, objectIn(data));
      return { kind: 'waiting' };
    }
    if (type === ENDED_LINE) {
      this.end(text, head, members);
      return { kind: 'ended' };
    }
    return { kind: 'entry', entry: this.entry(text, head, members, data) };
  }

  /** The line's text; refused where it does not follow from the lines before it. */
  private chained(line: string): string {
    const text = line.slice(0, -CHAIN_LENGTH);
    const chain = line.slice(-66, -2);
    const isClosed = line.slice(-CHAIN_LENGTH).startsWith(CHAIN_MEMBER) && line.endsWith('"}') && SHA256.test(chain);
    if (!isClosed)
      throw new Unread('it does not end with its chain, as each line of an export does: it was cut or changed');
    if (chainOf(this.chain, text) !== chain)
      throw new Unread(
        'its chain does not follow from it and the lines before it: it was changed, or lines before it are missing ' +
          '(in front of what a resumed export gave stands what came of it before)',
      );
    this.chain = chain;
    return text;
  }

  private begin(text: string, members: Members, data: Members): JournalFileHead {
    const { format, build, origin } = data;
    if (format !== JOURNAL_FILE_FORMAT)
      throw new Unread(
        `it is of format ${String(format)}, and format ${JOURNAL_FILE_FORMAT} is read here: import it with the version of Hermes that reads it`,
      );
    if (typeof build !== 'string') throw new Unread('it does not say which Hermes wrote it');
    const head: JournalFileHead = {
      journal: journalIn(members),
      origin: uuidIn(origin, 'origin'),
      ...namedIn(members),
      build,
      after: data['after'] === null ? null : positionIn(data['after'], 'after'),
      to: positionIn(data['to'], 'to'),
    };
    requireSame(text, headText(head));
    this.requireNext(head);
    this.head = head;
    this.part = new JournalContent();
    return head;
  }

  private requireNext({ journal, origin, after }: JournalFileHead): void {
    const { head, last } = this;
    if (head === undefined) {
      if (after !== null) throw new Unread(`it goes on behind position ${after}, and nothing stands before it`);
    } else if (journal !== head.journal || origin !== head.origin) {
      throw new Unread(`it is of journal ${journal}, and the lines before it of journal ${head.journal}`);
    } else if (after !== last) {
      throw new Unread(`it goes on behind position ${String(after)}, and the line before it has position ${last}`);
    }
  }

  private entry(text: string, { journal }: JournalFileHead, members: Members, json: string): StoredEntry {
    objectIn(json);
    const { stream, revision, entryversion: version, traceparent: trace, principal } = members;
    const { type, id, at: recordedAt } = namedIn(members);
    if (!type.startsWith(ENTRY_LINE) || type === ENTRY_LINE)
      throw new Unread(`${JSON.stringify(type)} is the type of no line`);
    if (!isName(stream) || stream === JOURNAL_STREAM) throw new Unread('it names no stream that has entries');
    if (!isCount(revision, 0) || !isCount(version, 1))
      throw new Unread('its revision or entryversion is no number that an entry has');
    if (trace !== undefined && !isName(trace)) throw new Unread('its traceparent is no text');
    if (principal !== undefined && !isName(principal)) throw new Unread('its principal is no text');
    const position = positionIn(members['position'], 'position');
    if (position <= this.last)
      throw new Unread(`its position ${position} is not beyond ${this.last}, that of the line before it`);
    const entry: StoredEntry = {
      ...{ id, type: type.slice(ENTRY_LINE.length), version, recordedAt, json, stream, revision, position },
      ...(trace !== undefined && { trace }),
      ...(principal !== undefined && { principal }),
    };
    if (!isName(entry.type)) throw new Unread(`${JSON.stringify(type)} is the type of no line`);
    const core = coreText(entry);
    requireSame(text, `${entryText(journal, core, position)}${DATA_MEMBER}${json}`);
    this.last = position;
    this.whole.add(entry, core);
    this.part.add(entry, core);
    return entry;
  }

  private wait(text: string, { journal }: JournalFileHead, members: Members, { looked }: Members): void {
    if (this.part.counts.entries > 0) throw new Unread('an export waits before its first entry only');
    requireSame(text, waitText(journal, { ...namedIn(members), looked: positionIn(looked, 'looked') }));
  }

  private end(text: string, { journal }: JournalFileHead, members: Members): void {
    const end = { ...namedIn(members), ...this.part.counts, content: this.part.hex };
    requireSame(text, endText(journal, end), 'it counts other entries than stand before it');
    this.ended = true;
  }
}

function requireSame(text: string, written: string, reason = 'it is not as an export writes it'): void {
  if (text !== written) throw new Unread(reason);
}

function objectIn(text: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unread('it is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unread('its data is no object');
  return value as Members;
}

function namedIn({ id, type, time }: Members): {
  readonly id: Uuid;
  readonly type: string;
  readonly at: StoredEntry['recordedAt'];
} {
  if (typeof type !== 'string') throw new Unread('it has no type');
  if (typeof time !== 'string' || !isInstant(time)) throw new Unread('its time is no instant');
  return { id: uuidIn(id, 'id'), type, at: time };
}

function journalIn({ source }: Members): Uuid {
  const uuid = typeof source === 'string' && source.startsWith(SOURCE) ? source.slice(SOURCE.length) : '';
  return uuidIn(uuid, 'source');
}

function uuidIn(value: unknown, name: string): Uuid {
  if (typeof value !== 'string' || !UUID.test(value)) throw new Unread(`its ${name} names no UUID`);
  return value;
}

function positionIn(value: unknown, name: string): Position {
  const position = typeof value === 'string' ? parsePosition(value) : undefined;
  if (position === undefined) throw new Unread(`its ${name} is no position`);
  return position;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !UNSTORABLE.test(value);
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
