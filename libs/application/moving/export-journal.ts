/**
 * The whole journal as a text (R12), up to its end as it is when the export begins: every stream of entries, in the one order. What
 * a page of the journal is written from is all that is held, however slow the reader is.
 */
import { randomUUID } from 'node:crypto';
import {
  done,
  DOCUMENTS_VERSION,
  eachInTurns,
  failed,
  JOURNAL_STREAM,
  JournalFileWriter,
  START,
  type Outcome,
  type Position,
  type Problem,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import { FOLD_VERSION } from '#domain';
import type { Journal } from '#ports';
import { instantNow, type Clock } from '../clock.js';
import { anyUpTo, type RedactionLookup } from './redacted.js';

export interface ExportParts {
  readonly journal: Journal;
  /** By whose identity the UUIDs of its quests are derived. */
  readonly origin: () => Uuid;
  readonly clock: Clock;
  readonly redactions: RedactionLookup;
}

/** Where an export that was cut is resumed: what its last whole line said. */
export interface ExportPlace {
  readonly position: Position;
  readonly chain: string;
}

export interface ExportedJournal {
  /** The last entry that it has. */
  readonly to: Position;
  /** Some lines at a time; it rejects with a StoreUnavailable, and where `signal` aborts. */
  readonly texts: AsyncGenerator<string, void, undefined>;
}

/** A line is sent after each of these while the journal is looked through for redactions: proxies end a connection on which nothing moves. */
const WAITING_MS = 10_000;
/** An export that is resumed can send nothing before its status is known: it looks for this long, and continues when it is asked again. */
const RESUMING_MS = 20_000;
/** Entries of one text; of large ones a page of the journal is shorter. */
const PAGE_ENTRIES = 500;
/** What writes it: versions by which a reader knows what its views are like. */
const BUILD = `fold ${FOLD_VERSION}, documents ${DOCUMENTS_VERSION}`;

const REDACTED_SINCE: Problem = {
  code: 'conflict',
  detail:
    'an event of the part that came is redacted by an entry behind it, and that part may have it whole: delete it, and begin the export again',
};

/**
 * `validation-failed` where no entry stands at `place`; `overloaded` where it takes long to look up what was redacted; `conflict` where what came up to there may have what was redacted since (rule
 * 25). Rejects with a StoreUnavailable.
 */
export async function exportJournal(
  parts: ExportParts,
  place: ExportPlace | null,
  signal: AbortSignal,
): Promise<Outcome<ExportedJournal>> {
  const { journal, redactions } = parts;
  const { position: to } = await journal.head();
  if (place === null) return done({ to, texts: textsOf(parts, null, to, signal) });
  if ((await journal.entryAt(place.position)) === undefined) {
    const message = `no entry stands at position ${place.position}: give that of the last whole line that came`;
    const detail = 'the export is resumed behind an entry of this journal';
    return failed({ code: 'validation-failed', detail, errors: [{ path: 'after', code: 'invalid', message }] });
  }
  for await (const looked of redactions.upTo(to, RESUMING_MS, signal)) return failed(stillLooking(looked, to));
  // no redaction up to there is of an event behind it
  const since = redactions.redacted.between(place.position, to);
  if (await anyUpTo(journal, since, place.position)) return failed(REDACTED_SINCE);
  return done({ to, texts: textsOf(parts, place, to, signal) });
}

function stillLooking(looked: Position, to: Position): Problem {
  const detail = `what was redacted is being looked up, and was so up to position ${looked} of ${to}: ask again, which goes on there`;
  return { code: 'overloaded', detail, retryAfterS: 1 };
}

async function* textsOf(
  { journal, origin, clock, redactions }: ExportParts,
  place: ExportPlace | null,
  to: Position,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const writer = new JournalFileWriter(journal.identity, place?.chain);
  const line = () => ({ id: randomUUID(), at: instantNow(clock) });
  yield writer.begin({ ...line(), origin: origin(), build: BUILD, after: place?.position ?? null, to });
  for await (const looked of redactions.upTo(to, WAITING_MS, signal)) yield writer.wait({ ...line(), looked });
  const shown = (entry: StoredEntry): StoredEntry => redactions.redacted.shown(entry, to);
  for (let after = place?.position ?? START; after < to;) {
    signal.throwIfAborted();
    const page = await journal.readAll(after, PAGE_ENTRIES);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.position;
    const text = await textOf(
      page.filter(({ stream, position }) => stream !== JOURNAL_STREAM && position <= to),
      shown,
      writer,
    );
    if (text !== '') yield text;
  }
  signal.throwIfAborted();
  yield writer.end(line());
}

async function textOf(
  entries: Awaited<ReturnType<Journal['readAll']>>,
  shown: (entry: StoredEntry) => StoredEntry,
  writer: JournalFileWriter,
): Promise<string> {
  let text = '';
  await eachInTurns(entries, (entry) => {
    text += writer.entry(shown(entry));
  });
  return text;
}
