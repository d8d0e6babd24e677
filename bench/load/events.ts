/** Events written straight into views. */
import { DOCUMENTS_VERSION, EVENTS_VERSION, PARTITION_HASH_VERSION, positionOf, type EventDocument } from '#contracts';
import { eventId, FOLD_VERSION, instantOfMs, parseHostName, type EventId, type HostName, type TypeName } from '#domain';
import type { Views } from '#ports';
import { eventDoc } from '#testing';
import { PARTITIONS } from './fleet.js';
import { hostName } from './flows.js';

export const EVENT_TYPE = 'service-needed' as TypeName;
const HOSTS = 50_000;
const BEGUN_AT_MS = 1_767_225_600_000;
const AT_ONCE = 2000;

/** Stores `count` events, each a second after the one before it, and serves the generation. */
export async function storeEvents(
  { control, writer }: Views,
  events: number,
  moved: (stored: number) => void,
): Promise<void> {
  await control.claim({ journal: '00000000-0000-4000-8000-000000000000', eventsVersion: EVENTS_VERSION });
  const { number } = await control.createGeneration({
    ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION, hashVersion: PARTITION_HASH_VERSION },
    ...{ partitions: PARTITIONS, createdAt: instantOfMs(BEGUN_AT_MS)! },
  });
  for (let stored = 0; stored < events; stored += AT_ONCE) {
    const count = Math.min(AT_ONCE, events - stored);
    await writer.apply(number, { events: Array.from({ length: count }, (_, n) => eventOf(stored + n)) });
    moved(stored);
  }
  await control.activate(number);
}

export function eventIdOf(n: number): EventId {
  return eventId(hostOf(n), Math.floor(n / HOSTS));
}

/** What all events have alike. */
const PLAIN = eventDoc();

function eventOf(n: number): EventDocument {
  const at = instantOfMs(BEGUN_AT_MS + n * 1000)!;
  const named = { id: eventIdOf(n), host: hostOf(n), revision: Math.floor(n / HOSTS), position: positionOf(BigInt(n)) };
  return { ...PLAIN, ...named, type: EVENT_TYPE, category: 'service', at, recordedAt: at, by: 'agent' };
}

function hostOf(n: number): HostName {
  return parseHostName(hostName(n % HOSTS))!;
}
