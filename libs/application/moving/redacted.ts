/**
 * What an export shows of redacted events (rule 25). Entries are never changed, so a redaction stands behind its event, anywhere:
 * they are looked up in all that is exported before its first entry is written. One lookup goes through the journal for all exports
 * of a process, and goes on where the last one left it.
 */
import { hostStream, START, turn, type Position, type StoredEntry } from '#contracts';
import { parseEventId } from '#domain';
import type { Journal } from '#ports';

/** Each is a request of a person's: more are a defect of a client. */
const MOST_REDACTED = 1_000_000;
const TAKEN_AWAY = ['by', 'note', 'attributes', 'data'] as const;

/** Of an event. */
interface EventPlace {
  readonly stream: string;
  readonly revision: number;
  /** Where its first redaction stands. */
  readonly redactedAt: Position;
}

export class TooManyRedacted extends Error {
  override readonly name = 'TooManyRedacted';
}

export class RedactedEvents {
  /** Of each event, where it stands. */
  private readonly places = new Map<string, EventPlace>();

  /** `entry`: any; it counts where it is a redaction. */
  note({ stream, type, revision, json, position }: Omit<StoredEntry, 'id' | 'version' | 'recordedAt'>): void {
    if (type !== 'EventRedacted') return;
    const { event } = JSON.parse(json) as { readonly event?: unknown };
    const named = typeof event === 'string' ? parseEventId(event) : undefined;
    // what stands before its event redacts nothing: there was none
    if (named === undefined || hostStream(named.host) !== stream || named.revision >= revision) return;
    const place = placeOf(stream, named.revision);
    if (this.places.has(place)) return;
    this.places.set(place, { stream, revision: named.revision, redactedAt: position });
    if (this.places.size > MOST_REDACTED) throw new TooManyRedacted(`more than ${MOST_REDACTED} events are redacted`);
  }

  /** Those whose first redaction stands behind `from`, up to `to`. */
  between(from: Position, to: Position): readonly EventPlace[] {
    return [...this.places.values()].filter(({ redactedAt }) => redactedAt > from && redactedAt <= to);
  }

  /** The entry as an export up to `to` shows it. */
  shown(entry: StoredEntry, to: Position): StoredEntry {
    const { stream, type, revision, json } = entry;
    if (type !== 'EventLogged') return entry;
    const place = this.places.get(placeOf(stream, revision));
    if (place === undefined || place.redactedAt > to) return entry;
    const said = JSON.parse(json) as Record<string, unknown>;
    if (!TAKEN_AWAY.some((field) => field in said)) return entry;
    const left = Object.entries(said).filter(([field]) => !TAKEN_AWAY.some((taken) => taken === field));
    return { ...entry, json: JSON.stringify(Object.fromEntries(left)) };
  }
}

/** What was redacted, as far as the journal was looked through. */
export class RedactionLookup {
  readonly redacted = new RedactedEvents();
  private looked: Position = START;
  /** The page that is being read, for all who wait. */
  private page: Promise<boolean> | undefined;

  constructor(
    private readonly journal: Pick<Journal, 'readAll' | 'maxReadEntries'>,
    private readonly monotonicMs: () => number,
  ) {}

  /**
   * Looks on until everything up to `to` is known. Where that takes longer than `everyMs`, it yields how far it has come, again and
   * again; who stops there finds it there the next time. Rejects as the journal does, and where `signal` aborts.
   */
  async *upTo(to: Position, everyMs: number, signal: AbortSignal): AsyncGenerator<Position, void, undefined> {
    for (let saidMs = this.monotonicMs(); this.looked < to;) {
      signal.throwIfAborted();
      this.page ??= this.next().finally(() => (this.page = undefined));
      if (!(await this.page)) return;
      const nowMs = this.monotonicMs();
      if (nowMs - saidMs < everyMs) continue;
      saidMs = nowMs;
      yield this.looked;
    }
  }

  /** Whether anything came. */
  private async next(): Promise<boolean> {
    const page = await this.journal.readAll(this.looked, this.journal.maxReadEntries);
    for (const entry of page) this.redacted.note(entry);
    this.looked = page.at(-1)?.position ?? this.looked;
    await turn();
    return page.length > 0;
  }
}

/** Whether one of them stands at `place` or before: an export up to there may have it whole. */
export async function anyUpTo(
  journal: Pick<Journal, 'read'>,
  redacted: readonly EventPlace[],
  place: Position,
): Promise<boolean> {
  for (const { stream, revision } of redacted) {
    const [[event] = []] = await journal.read([{ stream, direction: 'forwards', from: revision, limit: 1 }]);
    if (event !== undefined && event.position <= place) return true;
  }
  return false;
}

function placeOf(stream: string, revision: number): string {
  return `${stream}~${revision}`;
}
