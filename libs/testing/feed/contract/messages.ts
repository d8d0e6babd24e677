/** Messages that the feed's contract sends about: each knows its partition and its place there. */
import { positionOf, type Position, type StoredEntry } from '#contracts';
import type { EntryMessage, FeedMessage, TickMessage } from '#ports';

const JOURNAL = '6f1c7d0e-52b3-4a41-9a57-1b7a4f6f4f6a';
/** Where the first message stands: beyond what a double holds. */
const FIRST = (1n << 53n) + 1n;

export interface EntryShape {
  readonly partition: number;
  /** Place in the partition, from 0. */
  readonly place: number;
  readonly json?: string;
}

export function entryMessage({ partition, place, json = `{"place":${place}}` }: EntryShape): EntryMessage {
  const entry: StoredEntry = {
    id: crypto.randomUUID(),
    type: 'Tested',
    version: 1,
    recordedAt: '2024-05-06T07:08:09.123Z' as StoredEntry['recordedAt'],
    json,
    stream: `host-${partition}`,
    revision: place,
    position: positionAt(place + 1),
  };
  return {
    kind: 'entry',
    partition,
    journal: JOURNAL,
    previous: positionAt(place),
    number: place + 1,
    entry,
    catalogueRevision: 3,
  };
}

export function tickMessage(
  partition: number,
  ends: Pick<TickMessage, 'previous' | 'position' | 'entryId' | 'number'>,
): TickMessage {
  return { kind: 'tick', partition, journal: JOURNAL, ...ends };
}

/** `count` entries of one partition, one after another. */
export function run(partition: number, count: number, from = 0): readonly EntryMessage[] {
  return Array.from({ length: count }, (_, index) => entryMessage({ partition, place: from + index }));
}

/** `count` entries of each partition, in turns. */
export function runs(partitions: number, count: number, from = 0): readonly EntryMessage[] {
  return Array.from({ length: count * partitions }, (_, index) =>
    entryMessage({ partition: index % partitions, place: from + Math.floor(index / partitions) }),
  );
}

/** Identifies an entry: `partition/place`. */
function nameOf(message: FeedMessage): string {
  return message.kind === 'entry'
    ? `${message.partition}/${message.entry.revision}`
    : `${message.partition}/tick ${message.position}`;
}

export function namesOf(messages: readonly FeedMessage[]): readonly string[] {
  return messages.map(nameOf);
}

function positionAt(place: number): Position {
  return positionOf(FIRST + BigInt(place) * 7n);
}
