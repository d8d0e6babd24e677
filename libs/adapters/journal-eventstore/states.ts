/**
 * Named states (J7), each the last event of a separate stream: its version is the event's revision plus one, so that
 * compare-and-set is an append at an exact revision. `$maxCount: 1` hides older events.
 *
 * The time to live is in the event's own metadata, not in `$maxAge`: stream metadata is an event of another stream,
 * so no write of value and `$maxAge` is atomic, and a crash or a lost race between the two would take a state that was to
 * last, or keep one that was not. (Nor would `$maxAge` save space: a scavenge keeps each stream's last event.) A state
 * expires by the server's clock at its writing, which reads give in whole seconds, and the reader's clock now: up to one
 * second late, plus or minus the difference of the clocks.
 */
import { randomUUID } from 'node:crypto';
import { binaryEvent, jsonEvent } from '@kurrent/kurrentdb-client';
import { StoreUnavailable, type NamedState, type StateOptions } from '#ports';
import type { Append, AppendQueue } from './appends.js';
import { textOf, type ReadEvent, type StreamNames } from './events.js';
import type { Reader } from './reads.js';

/** Stands where the name's version is not known. */
const NO_VERSION = -1;
const STATE_WRITTEN = 'StateWritten';
/** The server cuts an event's time to whole seconds. */
const CUT_MS = 1000;
/** Of a stream's metadata. */
const BOUND_BYTES = 16;
/** At most this many names are remembered; the oldest is forgotten first. */
const REMEMBERED_NAMES = 1000;

interface Found extends NamedState {
  readonly expiresAtMs: number;
}

/** The state that this process last saw under a name: valid as long as its version is current, which the append proves. */
interface Remembered {
  readonly version: number;
  readonly expiresAtMs: number;
  /** Whether the stream's metadata was written. */
  readonly bounded: boolean;
}

export class States {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly appends: AppendQueue,
    private readonly reader: Reader,
    private readonly names: StreamNames,
    private readonly now: () => number,
  ) {}

  async read(name: string): Promise<NamedState | undefined> {
    const found = await this.find(name);
    return found && this.isLive(found) ? { value: found.value, version: found.version } : undefined;
  }

  async write(
    name: string,
    value: string,
    expectedVersion: number,
    { ttlMs }: StateOptions,
  ): Promise<'written' | 'conflict' | 'unknown'> {
    if (expectedVersion > 0 && !this.isLive(await this.known(name, expectedVersion))) return 'conflict';
    const first = await this.append(name, value, expectedVersion, ttlMs);
    if (first !== 'conflict' || expectedVersion > 0) return first;
    // the stream of an expired state continues its numbering
    const found = await this.find(name);
    if (found === undefined || this.isLive(found)) return 'conflict';
    return this.append(name, value, found.version, ttlMs);
  }

  /** `version`: that of the event before, 0 for none. */
  private async append(name: string, value: string, version: number, ttlMs: number | undefined) {
    const data = Buffer.from(value);
    const metadata = ttlMs === undefined ? {} : { ttlMs };
    const event = binaryEvent({ id: randomUUID(), type: STATE_WRITTEN, data: new Uint8Array(data), metadata });
    const stream = this.names.state(name);
    const state = version === 0 ? 'no_stream' : BigInt(version - 1);
    // once a process: whether the state is written does not depend on it
    const bounding = this.remembered.get(name)?.bounded ? undefined : this.appends.submit(boundOf(stream));
    const outcome = await this.appends.submit({ stream, state, events: [event], bytes: data.length });
    const bounded = (await bounding)?.kind === 'appended';
    switch (outcome.kind) {
      case 'appended':
        this.remember(name, version + 1, this.now() + CUT_MS + (ttlMs ?? Infinity), bounded);
        return 'written';
      case 'conflict':
      case 'unknown':
        this.remember(name, NO_VERSION, 0, bounded);
        return outcome.kind;
      default:
        throw new StoreUnavailable('journal', outcome.reason);
    }
  }

  private async known(name: string, version: number): Promise<Pick<Found, 'expiresAtMs'> | undefined> {
    const remembered = this.remembered.get(name);
    return remembered?.version === version ? remembered : this.find(name);
  }

  /** Also one that has expired. */
  private async find(name: string): Promise<Found | undefined> {
    const [event] = await this.reader.events(this.names.state(name), 'backwards', 'end', 1);
    if (event === undefined) return undefined;
    const found = foundIn(event);
    this.remember(name, found.version, found.expiresAtMs, false);
    return found;
  }

  private isLive(found: Pick<Found, 'expiresAtMs'> | undefined): boolean {
    return found !== undefined && found.expiresAtMs > this.now();
  }

  private remember(name: string, version: number, expiresAtMs: number, bounded: boolean): void {
    const before = this.remembered.get(name);
    this.remembered.delete(name);
    this.remembered.set(name, { version, expiresAtMs, bounded: bounded || before?.bounded === true });
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED_NAMES) return;
      this.remembered.delete(oldest);
    }
  }
}

function foundIn(event: ReadEvent): Found {
  const { ttlMs = Infinity } = (event.metadata ?? {}) as { readonly ttlMs?: number };
  const expiresAtMs = event.created.getTime() + CUT_MS + ttlMs;
  return { value: textOf(event), version: Number(event.revision) + 1, expiresAtMs };
}

/** The metadata of the stream, as the server keeps it. */
function boundOf(stream: string): Append {
  const event = jsonEvent({ type: '$metadata', data: { $maxCount: 1 } });
  return { stream: `$$${stream}`, state: 'any', events: [event], bytes: BOUND_BYTES };
}
