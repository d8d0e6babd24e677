/** Opens the journal on an event store, and makes it where the store has none of this prefix. */
import { randomUUID } from 'node:crypto';
import { JOURNAL_STREAM, type NewEntry, type Uuid } from '#contracts';
import { identityEntry, identityOf, StoreUnavailable, type Journal } from '#ports';
import { AppendQueue, type CallObserver } from './appends.js';
import { ClientSlot, SubscriptionClients } from './clients.js';
import { parseConnection } from './connection.js';
import { isAccessDenied, reasonOf } from './errors.js';
import { STATES, StreamNames, toEntry, toEvent } from './events.js';
import { EventStoreJournal, type JournalLimits } from './journal.js';
import { Reader } from './reads.js';
import { requireVersion } from './server-version.js';

export interface EventStoreJournalOptions {
  /** The driver's connection string: `kurrentdb://user:password@host:2113?tls=true`; `esdb://` is the same. */
  readonly url: string;
  /** Of letters (small), digits and hyphens. Journals with different prefixes share a store and know nothing of each other. */
  readonly prefix: string;
  /** Gives the UUID of a new journal (J6). */
  readonly newId?: () => string;
  /** Milliseconds after 1970, for a new journal's first entry and for states that expire. The system's clock where absent. */
  readonly now?: () => number;
  /** From sending an append to its answer; then it is `unknown`. An append that waits in the queue while nothing is answered for this long is `failed`. 1.8 s where absent, so that a request is answered within two. */
  readonly appendTimeoutMs?: number;
  /** Longest read, and longest page of the whole journal. 10 s where absent. */
  readonly readTimeoutMs?: number;
}

const MIB = 1_048_576;

const LIMITS: JournalLimits = {
  maxAppendEntries: 10_000,
  // the server takes 1,048,576 bytes of data; a call that it refuses may take others with it
  maxAppendBytes: 1_000_000,
  maxReadEntries: 1000,
  maxInFlight: 256,
  maxInFlightBytes: 8 * MIB,
  maxWaiting: 100_000,
  maxWaitingBytes: 64 * MIB,
  appendTimeoutMs: 1800,
  maxWaitMs: 10_000,
  readTimeoutMs: 10_000,
  maxReadsInFlight: 64,
  maxPageCharacters: 4 * MIB,
};

/**
 * Rejects with an Error of one sentence, without secrets, for defects that an operator can mend: the address, user and password,
 * an old server; with a StoreUnavailable where the server does not answer.
 */
export async function openEventStoreJournal(options: EventStoreJournalOptions): Promise<Journal> {
  return openJournal(options);
}

/** The same with limits and an observer of calls. For specs. */
export async function openJournal(
  options: EventStoreJournalOptions,
  more: Partial<JournalLimits> = {},
  observe: CallObserver = () => () => undefined,
): Promise<EventStoreJournal> {
  const { url, prefix, newId = randomUUID, now = Date.now } = options;
  const { appendTimeoutMs = LIMITS.appendTimeoutMs, readTimeoutMs = LIMITS.readTimeoutMs } = options;
  requirePrefix(prefix);
  const connection = parseConnection(url);
  const limits = { ...LIMITS, appendTimeoutMs, readTimeoutMs, ...more };
  const names = new StreamNames(prefix);
  const slots = [
    new ClientSlot(connection.url),
    new ClientSlot(connection.url),
    new ClientSlot(connection.url),
  ] as const;
  const subscriptions = new SubscriptionClients(connection.url);
  const appends = new AppendQueue(slots[0], limits, observe);
  const reader = new Reader(slots[1], slots[2], names, limits, observe);
  try {
    await requireVersion(slots[0].current, connection.hosts, readTimeoutMs);
    const birth = () => identityEntry(newId(), new Date(now()).toISOString() as NewEntry['recordedAt']);
    const identity = await identify(appends, reader, names, birth);
    // the right to read everything is a separate right
    await reader.last();
    const parts = { identity, names, limits, appends, reader, slots, subscriptions, now, observe };
    return new EventStoreJournal(parts);
  } catch (error) {
    await Promise.all(slots.map((slot) => slot.close()));
    if (!(error instanceof StoreUnavailable) || !isAccessDenied(error.cause)) throw error;
    throw new Error(`EventStoreDB at ${connection.hosts}: ${reasonOf(error.cause)}`, { cause: error });
  }
}

/** The states of prefix `x` are in streams that begin with `x-state.`: no journal's entries may be there. */
function requirePrefix(prefix: string): void {
  if (/^[a-z0-9-]+$/.test(prefix) && !prefix.endsWith(STATES)) return;
  throw new Error(`'${prefix}' is no prefix: use small letters, digits and hyphens, and no ${STATES} at its end`);
}

/** The identity that is there, or a new one; of several processes that open an empty store at once one makes it (J6). */
async function identify(
  appends: AppendQueue,
  reader: Reader,
  names: StreamNames,
  birth: () => NewEntry,
): Promise<Uuid> {
  const stream = names.stream(JOURNAL_STREAM);
  const present = await firstIdentity(reader, names);
  if (present !== undefined) return present;
  const entry = birth();
  const bytes = Buffer.byteLength(entry.json);
  const outcome = await appends.submit({ stream, state: 'no_stream', events: [toEvent(entry)], bytes });
  const made = await firstIdentity(reader, names);
  if (made !== undefined) return made;
  const reason = 'reason' in outcome ? outcome.reason : 'the entry that was made is not there';
  throw new StoreUnavailable('journal', `its first entry could not be made: ${reason}`);
}

/** Undefined where the journal has no entry; throws an Error where its first one is no identity. */
async function firstIdentity(reader: Reader, names: StreamNames): Promise<Uuid | undefined> {
  const [event] = await reader.events(names.stream(JOURNAL_STREAM), 'forwards', 'start', 1);
  if (event === undefined) return undefined;
  const identity = event.revision === 0n ? identityOf(toEntry(event, names)) : undefined;
  if (identity === undefined)
    throw new Error(`stream ${event.streamId} does not begin with the journal's identity: it is damaged`);
  return identity;
}
