/** How far the relay is: a named state of the journal (J7), written only when everything up to it is acknowledged (F4). */
import { parsePosition, START, type Position, type Uuid } from '#contracts';
import type { Journal } from '#ports';
import { StartRefused } from '../start-refused.js';

export interface RelayPlace {
  /** Of the last entry that was published; START before the first. */
  readonly position: Position;
  /** Its UUID; null at START. */
  readonly entryId: Uuid | null;
  /** How many entries the journal holds up to there. */
  readonly number: number;
  /** How many of them are the catalogue's. */
  readonly catalogueRevision: number;
}

export const RELAY_STATE = 'relay';
export const BEGINNING: RelayPlace = { position: START, entryId: null, number: 0, catalogueRevision: 0 };

interface StoredPlace {
  readonly place: RelayPlace;
  /** 0: not stored yet. */
  readonly version: number;
}

/** Undefined where no place is stored. Throws an Error where the stored one cannot be read. */
export async function readPlace(journal: Journal): Promise<StoredPlace | undefined> {
  const state = await journal.readState(RELAY_STATE);
  if (state === undefined) return undefined;
  const place = parsePlace(state.value);
  if (place === undefined) {
    throw new StartRefused(`the relay's place in the journal is damaged: start once with --rebuild`);
  }
  return { place, version: state.version };
}

/** Answers the version stored, or undefined where another relay wrote in between or the outcome is not known. */
export async function writePlace(journal: Journal, place: RelayPlace, version: number): Promise<number | undefined> {
  const value = JSON.stringify({ ...place, position: String(place.position) });
  return (await journal.writeState(RELAY_STATE, value, version)) === 'written' ? version + 1 : undefined;
}

/** J6: throws {@link StartRefused} where the journal holds another entry, or none, at the place. */
export async function requirePlaceOf(journal: Journal, { position, entryId }: RelayPlace): Promise<void> {
  if (position === START) return;
  const entry = await journal.entryAt(position);
  if (entry?.id === entryId) return;
  throw new StartRefused(
    `the relay has published up to position ${position}, and the journal holds ${entry ? 'another entry' : 'no entry'} there: ` +
      'it was replaced or set back. If it is the right one, start once with --rebuild',
  );
}

function parsePlace(text: string): RelayPlace | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { position: at, entryId, number, catalogueRevision } = value as Record<string, unknown>;
  const position = at === '-1' ? START : typeof at === 'string' ? parsePosition(at) : undefined;
  if (position === undefined || !isCount(number) || !isCount(catalogueRevision)) return undefined;
  if (entryId !== null && typeof entryId !== 'string') return undefined;
  return { position, entryId, number, catalogueRevision };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
