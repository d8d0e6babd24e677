/**
 * Reads, each ended by our own timer. The driver's native part stalls when reads are left early, so a read asks for no more
 * than a page and takes all of it; a client whose read broke is replaced, because it may never read again.
 */
import {
  streamNameFilter,
  type AllStreamResolvedEvent,
  type KurrentDBClient,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import { START, type Position, type StoredEntry } from '#contracts';
import { ReadRoom, StoreUnavailable, type StreamRead } from '#ports';
import type { CallObserver } from './appends.js';
import type { ClientSlot } from './clients.js';
import { isMissingStream, spoilsClient, unavailable } from './errors.js';
import { driverPosition, toEntry, type ReadEvent, type StreamNames } from './events.js';

export interface ReadLimits {
  /** For a read of one stream, and for a page of the whole journal. */
  readonly readTimeoutMs: number;
  /** Most reads of streams at once. */
  readonly maxReadsInFlight: number;
  /** A page of the whole journal, and a call that reads streams, keeps no more JSON than this; of each stream one entry is kept. */
  readonly maxPageCharacters: number;
}

type AnyRead = AsyncIterable<ResolvedEvent | AllStreamResolvedEvent>;

/** The server's positions are signed: none is beyond. */
const LAST_POSITION = (1n << 63n) - 1n;
/** The fewest entries that a page asks for, however large they have been. */
const LEAST_PAGE = 16;

export class Reader {
  /** Of the entries of the last page, of the journal and of a stream; pages of large entries are asked for shorter. */
  private usualCharacters = 1;
  private usualOfStreams = 1;

  constructor(
    private readonly small: ClientSlot,
    private readonly scans: ClientSlot,
    private readonly names: StreamNames,
    private readonly limits: ReadLimits,
    private readonly observe: CallObserver,
  ) {}

  async streams(reads: readonly StreamRead[]): Promise<readonly (readonly StoredEntry[])[]> {
    const answers: (readonly StoredEntry[])[] = [];
    const room = new ReadRoom({ maxReadCharacters: this.limits.maxPageCharacters });
    const rest = reads.entries();
    const work = async (): Promise<void> => {
      for (const [index, read] of rest) {
        answers[index] = await this.stream(read, room);
        if (room.isUsedUp) return;
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.limits.maxReadsInFlight, reads.length) }, work));
    return answers;
  }

  /** In pages, since each is taken whole: shorter ones where entries have been large. */
  private async stream(read: StreamRead, room: ReadRoom): Promise<readonly StoredEntry[]> {
    const { stream, direction, from, limit } = read;
    const isForwards = direction === 'forwards';
    const answer: StoredEntry[] = [];
    let next: bigint | 'start' | 'end' = from === undefined ? (isForwards ? 'start' : 'end') : BigInt(from);
    for (;;) {
      const maxCount = Math.min(limit - answer.length, this.fit(this.usualOfStreams));
      let taken = 0;
      let characters = 0;
      await this.each(this.names.stream(stream), direction, next, maxCount, (event) => {
        const entry = toEntry(event, this.names);
        taken += 1;
        characters += entry.json.length;
        // further events are read to the end and dropped
        if (answer.length > 0 && room.isUsedUp) return;
        if (from !== undefined && !isForwards && entry.revision > from) return;
        room.take(entry);
        answer.push(entry);
      });
      if (taken > 0) this.usualOfStreams = Math.max(1, characters / taken);
      const last = answer.at(-1);
      // the server shows nothing backwards from beyond a stream's end, we show the end
      if (taken === 0 && !isForwards && next !== 'end' && last === undefined) next = 'end';
      else if (taken < maxCount || last === undefined || answer.length >= limit || room.isUsedUp) return answer;
      else if (isForwards) next = BigInt(last.revision + 1);
      else if (last.revision === 0) return answer;
      else next = BigInt(last.revision - 1);
    }
  }

  /** Of a stream as the server names it; none where there is no such stream. */
  async events(
    stream: string,
    direction: StreamRead['direction'],
    fromRevision: bigint | 'start' | 'end',
    maxCount: number,
  ): Promise<readonly ReadEvent[]> {
    const events: ReadEvent[] = [];
    await this.each(stream, direction, fromRevision, maxCount, (event) => events.push(event));
    return events;
  }

  private async each(
    stream: string,
    direction: StreamRead['direction'],
    fromRevision: bigint | 'start' | 'end',
    maxCount: number,
    take: (event: ReadEvent) => void,
  ): Promise<void> {
    const options = { direction, fromRevision, maxCount, requiresLeader: true };
    await this.run(this.small, (client) => client.readStream(stream, options), take);
  }

  private fit(usualCharacters: number): number {
    return Math.max(LEAST_PAGE, Math.floor(this.limits.maxPageCharacters / usualCharacters));
  }

  /** A page of the whole journal. */
  async page(after: Position, limit: number): Promise<readonly StoredEntry[]> {
    const { maxPageCharacters } = this.limits;
    // from a position is inclusive: that entry comes first, and was shown
    const maxCount = Math.min(limit, this.fit(this.usualCharacters)) + 1;
    const fromPosition = after === START ? 'start' : driverPosition(after);
    const page: StoredEntry[] = [];
    let characters = 0;
    let taken = 0;
    await this.run(this.scans, this.ofJournal({ fromPosition, maxCount }), (event) => {
      const entry = toEntry(event, this.names);
      if (entry.position <= after) return;
      characters += entry.json.length;
      taken += 1;
      // further events are read to the end and dropped
      if (page.length < limit && (page.length === 0 || characters <= maxPageCharacters)) page.push(entry);
    });
    if (taken > 0) this.usualCharacters = Math.max(1, characters / taken);
    return page;
  }

  /** The last entry of ours; undefined where there is none. */
  async last(): Promise<StoredEntry | undefined> {
    const entries: StoredEntry[] = [];
    const read = this.ofJournal({ fromPosition: 'end', direction: 'backwards', maxCount: 1 });
    await this.run(this.scans, read, (event) => entries.push(toEntry(event, this.names)));
    return entries[0];
  }

  /** Our entry at exactly this position. */
  async at(position: Position): Promise<StoredEntry | undefined> {
    if (position === START || position > LAST_POSITION) return undefined;
    const found: ReadEvent[] = [];
    try {
      const read = (client: KurrentDBClient) =>
        client.readAll({ fromPosition: driverPosition(position), maxCount: 1, requiresLeader: true });
      await this.run(this.scans, read, (event) => found.push(event));
    } catch (error) {
      // the driver says the same of a place where no record begins and of a server that is away: the latter shows at once
      if (!(error instanceof StoreUnavailable)) throw error;
      await this.last();
      return undefined;
    }
    const [event] = found;
    if (event?.streamId.startsWith(this.names.entries) !== true) return undefined;
    const entry = toEntry(event, this.names);
    return entry.position === position ? entry : undefined;
  }

  private ofJournal(options: Parameters<KurrentDBClient['readAll']>[0]): (client: KurrentDBClient) => AnyRead {
    const filter = streamNameFilter({ prefixes: [this.names.entries] });
    return (client) => client.readAll({ ...options, filter, requiresLeader: true });
  }

  /** Throws StoreUnavailable, or whatever `take` throws. */
  private async run(slot: ClientSlot, read: (client: KurrentDBClient) => AnyRead, take: (event: ReadEvent) => void) {
    const client = slot.current;
    const answered = this.observe();
    const { readTimeoutMs } = this.limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        slot.replace(client);
        reject(new StoreUnavailable('journal', `the event store did not answer within ${readTimeoutMs} ms`));
      }, readTimeoutMs);
    });
    try {
      await Promise.race([drain(read(client), take), late]);
    } catch (error) {
      if (isMissingStream(error)) return;
      if (spoilsClient(error)) slot.replace(client);
      throw unavailable(error);
    } finally {
      clearTimeout(timer);
      answered();
    }
  }
}

async function drain(events: AnyRead, take: (event: ReadEvent) => void): Promise<void> {
  for await (const { event } of events) if (event !== undefined) take(event);
}
