/**
 * What an export shows of redacted events (rule 25). Entries are never changed, so a redaction stands behind its event, anywhere:
 * they are looked up in all that is exported before its first entry is written.
 */
import { hostStream, turn, type Position, type StoredEntry } from '#contracts';
import { parseEventId } from '#domain';
import type { Journal } from '#ports';

/** Each is a request of a person's: more are a defect of a client. */
const MOST_REDACTED = 1_000_000;
const TAKEN_AWAY = ['by', 'note', 'attributes', 'data'] as const;

/** Of an event. */
interface EventPlace {
  readonly stream: string;
  readonly revision: number;
}

export class TooManyRedacted extends Error {
  override readonly name = 'TooManyRedacted';
}

export class RedactedEvents {
  /** Of each event, where it stands. */
  private readonly places = new Map<string, EventPlace>();

  /** `entry`: any; it counts where it is a redaction. */
  note({ stream, type, revision, json }: Pick<StoredEntry, 'stream' | 'type' | 'revision' | 'json'>): void {
    if (type !== 'EventRedacted') return;
    const { event } = JSON.parse(json) as { readonly event?: unknown };
    const named = typeof event === 'string' ? parseEventId(event) : undefined;
    // what stands before its event redacts nothing: there was none
    if (named === undefined || hostStream(named.host) !== stream || named.revision >= revision) return;
    this.places.set(placeOf(stream, named.revision), { stream, revision: named.revision });
    if (this.places.size > MOST_REDACTED) throw new TooManyRedacted(`more than ${MOST_REDACTED} events are redacted`);
  }

  get all(): Iterable<EventPlace> {
    return this.places.values();
  }

  /** The entry as it is shown. */
  shown(entry: StoredEntry): StoredEntry {
    const { stream, type, revision, json } = entry;
    if (type !== 'EventLogged' || !this.places.has(placeOf(stream, revision))) return entry;
    const said = JSON.parse(json) as Record<string, unknown>;
    if (!TAKEN_AWAY.some((field) => field in said)) return entry;
    const left = Object.entries(said).filter(([field]) => !TAKEN_AWAY.some((taken) => taken === field));
    return { ...entry, json: JSON.stringify(Object.fromEntries(left)) };
  }
}

/** Those whose redactions stand behind `from`, up to `to`. */
export async function redactedBetween(
  journal: Pick<Journal, 'readAll' | 'maxReadEntries'>,
  from: Position,
  to: Position,
  signal: AbortSignal,
): Promise<RedactedEvents> {
  const redacted = new RedactedEvents();
  for (let after = from; after < to && !signal.aborted;) {
    const page = await journal.readAll(after, journal.maxReadEntries);
    const last = page.at(-1);
    if (last === undefined) break;
    for (const entry of page) if (entry.position <= to) redacted.note(entry);
    after = last.position;
    await turn();
  }
  return redacted;
}

/** Whether one of them stands at `place` or before: an export up to there may have it whole. */
export async function anyUpTo(
  journal: Pick<Journal, 'read'>,
  redacted: Pick<RedactedEvents, 'all'>,
  place: Position,
): Promise<boolean> {
  for (const { stream, revision } of redacted.all) {
    const [[event] = []] = await journal.read([{ stream, direction: 'forwards', from: revision, limit: 1 }]);
    if (event !== undefined && event.position <= place) return true;
  }
  return false;
}

function placeOf(stream: string, revision: number): string {
  return `${stream}~${revision}`;
}
