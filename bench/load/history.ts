/** A stored history, the same in every run: what ingest would have appended for a fleet that lives by its flows. */
import { CATALOGUE_STREAM, encodeEntry, hostStream, keyedEventUuid, type NewEntry } from '#contracts';
import {
  instantOfMs,
  parseHostName,
  type EventTypeId,
  type FateId,
  type HostName,
  type Instant,
  type TypeName,
} from '#domain';
import type { Journal, StreamWrite } from '#ports';
import { FATES, hostName, LIFE, lifeOf, nameOf } from './flows.js';
import { randomOf } from './random.js';

/** 2026-01-01T00:00:00Z; each event comes one millisecond after the one before. */
const BEGUN_AT_MS = 1_767_225_600_000;
const APPEND_AT_ONCE = 500;
/** One of this many events has a note, and one has attributes. */
const NOTE_EVERY = 4;
const ATTRIBUTES_EVERY = 8;

function instant(ms: number): Instant {
  const made = instantOfMs(ms);
  if (made === undefined) throw new RangeError(`${ms} is no instant`);
  return made;
}

/** Types and fates, as their first entries. */
export function catalogueWrite(): StreamWrite {
  const recordedAt = instant(BEGUN_AT_MS);
  const signed = { by: 'bench', recordedAt } as const;
  const types = LIFE.map((type, index) =>
    encodeEntry(
      {
        kind: 'EventTypeDefined',
        id: (index + 1) as EventTypeId,
        ...type,
        description: null,
        restricted: false,
        ...signed,
      },
      uuidOf('type', index),
    ),
  );
  const fates = FATES.map(({ creates, completedBy, intermediate }, index) =>
    encodeEntry(
      {
        kind: 'FateDefined',
        id: (index + 1) as FateId,
        creates: creates as TypeName,
        completedBy: completedBy as TypeName,
        intermediate,
        follows: null,
        onRepeat: 'open',
        name: null,
        description: null,
        actors: ['owner'],
        ...signed,
      },
      uuidOf('fate', index),
    ),
  );
  return { stream: CATALOGUE_STREAM, expected: 'none', entries: [...types, ...fates] };
}

function uuidOf(what: string, number: number): string {
  return keyedEventUuid(host(0), what as TypeName, String(number));
}

function host(number: number): HostName {
  return parseHostName(hostName(number))!;
}

/** One event of one host after the other, the host by chance. Every second has a key. Hosts are numbered from `firstHost`. */
export class History {
  private readonly steps: Uint32Array;
  private readonly random: (below: number) => number;
  private count = 0;

  constructor(
    private readonly hosts: number,
    seed: number,
    private readonly firstHost = 0,
  ) {
    this.steps = new Uint32Array(hosts);
    this.random = randomOf(seed);
  }

  /** The next `count` events, as writes in their order; two of one host are two writes. */
  writes(events: number): readonly StreamWrite[] {
    return Array.from({ length: events }, () => this.next());
  }

  /** The next event of each host, in their order. */
  round(): readonly StreamWrite[] {
    return Array.from({ length: this.hosts }, (_, index) => this.next(index));
  }

  private next(index = Math.floor(this.random(this.hosts))): StreamWrite {
    const step = this.steps[index] ?? 0;
    this.steps[index] = step + 1;
    this.count += 1;
    const number = this.firstHost + index;
    const name = host(number);
    return { stream: hostStream(name), expected: 'any', entries: [this.entry(name, number, step)] };
  }

  private entry(name: HostName, number: number, step: number): NewEntry {
    const type = lifeOf(number, step);
    const at = instant(BEGUN_AT_MS + this.count);
    const key = `${nameOf(type)}/${number}/${step}`;
    return encodeEntry(
      {
        kind: 'EventLogged',
        host: name,
        type: nameOf(type) as TypeName,
        ...type,
        at,
        recordedAt: at,
        by: 'agent',
        key: this.count % 2 === 0 ? key : null,
        note: this.count % NOTE_EVERY === 0 ? 'kernel 6.1.0-18 is installed, the running one is 6.1.0-17' : null,
        attributes: this.count % ATTRIBUTES_EVERY === 0 ? { kernel: '6.1.0-18', severity: 3, pinned: false } : null,
        quest: null,
      },
      keyedEventUuid(name, nameOf(type) as TypeName, key),
    );
  }
}

/** Appends the next `events` of the history. Throws an Error where one is not stored. */
export async function appendHistory(
  journal: Journal,
  history: History,
  events: number,
  moved: (stored: number) => void = () => undefined,
): Promise<void> {
  for (let stored = 0; stored < events; stored += APPEND_AT_ONCE) {
    await mustAppend(journal, history.writes(Math.min(APPEND_AT_ONCE, events - stored)));
    moved(stored);
  }
}

export async function mustAppend(journal: Journal, writes: readonly StreamWrite[]): Promise<void> {
  const outcomes = await journal.append(writes);
  const bad = outcomes.find(({ kind }) => kind !== 'appended');
  if (bad !== undefined) throw new Error(`the journal answered ${bad.kind}`);
}
