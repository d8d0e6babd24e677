/** The double's file: one line per append, written before it is acknowledged, so that a kill of the process loses nothing that was. */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** An event as it stands in the log. */
export interface Recorded {
  readonly stream: string;
  readonly revision: number;
  /** Of commit and prepare alike. */
  readonly position: bigint;
  readonly createdMs: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

export type Proposed = Pick<Recorded, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** One line: events of one append; a tombstone; or a position that was given to nothing. */
interface Line {
  readonly stream?: string;
  readonly revision?: number;
  readonly createdMs?: number;
  readonly positions: readonly string[];
  readonly events?: readonly (readonly [string, string, string, string, string])[];
  readonly tombstone?: true;
}

/** How far a position lies from the one before it, beside the event's size: gaps, as in a log of bytes. */
const RECORD_BYTES = 100n;

export class EventLog {
  /** In the order of their positions. */
  readonly records: Recorded[] = [];
  readonly tombstones = new Set<string>();
  private readonly descriptor: number;
  private lastPosition: bigint;

  /** Opens the file, making it and its folder where they are not there; a last line that was cut short is dropped. */
  constructor(file: string, firstPosition: bigint) {
    this.lastPosition = firstPosition - RECORD_BYTES;
    mkdirSync(dirname(file), { recursive: true });
    this.descriptor = openSync(file, 'a+');
    const text = readFileSync(this.descriptor, 'utf8');
    const end = text.lastIndexOf('\n') + 1;
    ftruncateSync(this.descriptor, Buffer.byteLength(text.slice(0, end)));
    for (const line of text.slice(0, end).split('\n')) if (line !== '') this.take(JSON.parse(line) as Line);
  }

  append(stream: string, revision: number, events: readonly Proposed[]): readonly Recorded[] {
    const positions = events.map(({ data }) => String(this.nextPosition(data.length)));
    const fields = events.map(({ id, type, contentType, data, metadata }) => {
      return [id, type, contentType, data.toString('base64'), metadata.toString('base64')] as const;
    });
    return this.write({ stream, revision, createdMs: Date.now(), positions, events: fields });
  }

  tombstone(stream: string): void {
    this.write({ stream, positions: [String(this.nextPosition(0))], tombstone: true });
  }

  /** The position of an append without events. */
  gap(): bigint {
    const position = this.nextPosition(0);
    this.write({ positions: [String(position)] });
    return position;
  }

  /** The index of the record at exactly this position; undefined where none is. */
  indexOf(position: bigint): number | undefined {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.records[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return this.records[low]?.position === position ? low : undefined;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private nextPosition(bytes: number): bigint {
    this.lastPosition += RECORD_BYTES + BigInt(bytes);
    return this.lastPosition;
  }

  private write(line: Line): readonly Recorded[] {
    writeSync(this.descriptor, `${JSON.stringify(line)}\n`);
    return this.take(line);
  }

  private take({ stream = '', revision = 0, createdMs = 0, positions, events = [], tombstone }: Line) {
    if (tombstone) this.tombstones.add(stream);
    this.lastPosition = BigInt(positions.at(-1) ?? this.lastPosition);
    const taken = events.map(([id, type, contentType, data, metadata], index) => ({
      stream,
      revision: revision + index,
      position: BigInt(positions[index]!),
      createdMs,
      id,
      type,
      contentType,
      data: Buffer.from(data, 'base64'),
      metadata: Buffer.from(metadata, 'base64'),
    }));
    for (const record of taken) this.records.push(record);
    return taken;
  }
}
