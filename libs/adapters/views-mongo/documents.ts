/**
 * Documents as MongoDB stores them, and back: plain fields, positions as text of twenty digits, names that are not ours
 * as pairs (attributes) or within a text (data). Beside them the fields that lists and guards need: sort keys, flags, the marks of a host's writers.
 */
import {
  attributeTerms,
  beginningOf,
  decodePartPast,
  encodePartPast,
  packHostPast,
  questHostStateOf,
  unpackHostPast,
  type BehindRecord,
  type EventDocument,
  type FollowedEntryDocument,
  type HostDocument,
  type LastEvent,
  type PackedHostPast,
  type ParkRecord,
  type PartDocument,
  type Position,
  type QuestHostState,
  type Tally,
} from '#contracts';
import type { Attributes, HostName, HostState } from '#domain';
import { positionFrom, textOf } from './positions.js';

/** A document whose position is text. */
export type Stored<T extends { readonly position: Position }> = Omit<T, 'position'> & { readonly position: string };

export function storedOf<T extends { readonly position: Position }>(document: T): Stored<T> {
  return { ...document, position: textOf(document.position) };
}

/** The object that the driver made is ours, so its position is replaced in place. */
export function restored<T extends { readonly position: Position }>(stored: Stored<T>): T {
  const document = stored as { position: unknown };
  document.position = positionFrom(stored.position);
  return document as T;
}

export function parkRecordOf(stored: Stored<ParkRecord> | null): ParkRecord | null {
  return stored && restored<ParkRecord>(stored);
}

interface StoredBehind extends Omit<Stored<BehindRecord>, 'silentTo'> {
  readonly silentTo?: string;
}

function encodeBehind({ silentTo, ...behind }: BehindRecord): StoredBehind {
  return silentTo === undefined ? storedOf(behind) : { ...storedOf(behind), silentTo: textOf(silentTo) };
}

export function behindRecordOf(stored: StoredBehind | null): BehindRecord | null {
  if (stored === null) return null;
  const { silentTo, ...behind } = stored;
  return silentTo === undefined
    ? restored<BehindRecord>(behind)
    : { ...restored<BehindRecord>(behind), silentTo: positionFrom(silentTo) };
}

/** A name may hold any character and a field's may not. */
type StoredAttributes = readonly (readonly [string, Attributes[string]])[];

export interface StoredEvent extends Omit<Stored<EventDocument>, 'id' | 'attributes' | 'data'> {
  readonly _id: EventDocument['id'];
  readonly attributes: StoredAttributes | null;
  /** As JSON. */
  readonly data: string | null;
}

export function encodeEvent({ id, attributes, data, ...event }: EventDocument): StoredEvent {
  return {
    _id: id,
    ...storedOf(event),
    attributes: attributes && Object.entries(attributes),
    data: data && JSON.stringify(data),
  };
}

export function decodeEvent({ _id, attributes, data, ...event }: StoredEvent): EventDocument {
  return {
    id: _id,
    ...restored<Omit<EventDocument, 'id' | 'attributes' | 'data'>>(event),
    attributes: attributes && Object.fromEntries(attributes),
    data: data === null ? null : (JSON.parse(data) as EventDocument['data']),
  };
}

/** The fields of a host that have positions within, or another name. */
type Within = 'host' | 'state' | 'first' | 'past' | 'lastEvent' | 'parked' | 'behind';

export interface StoredHost extends Omit<Stored<HostDocument>, Within> {
  readonly _id: HostName;
  readonly first: string | null;
  /** As JSON. */
  readonly past: string;
  /** Of its first entry; null where none is known. */
  readonly beginning: string | null;
  readonly state: Omit<HostState, 'attributes'> & { readonly attributes: StoredAttributes };
  readonly lastEvent: Stored<LastEvent> | null;
  readonly parked: Stored<ParkRecord> | null;
  readonly behind: StoredBehind | null;
  /** How many labors are open, for lists. */
  readonly open: number;
  readonly hasOpen: boolean;
  readonly isParked: boolean;
  readonly isBehind: boolean;
  readonly isRetired: boolean;
  readonly isListed: boolean;
  /** The attributes as filters name them. */
  readonly terms: readonly string[];
  /** When its last event was recorded, and the minute of that, so that an index of minutes is not written by every event; empty where there was none. */
  readonly heardAt: string;
  readonly heardMinute: string;
  /** Who stored the last versions, the newest last: so the losers of a compare-and-set are named. */
  readonly marks: readonly string[];
}

/** Without the marks, which are added to. */
export function encodeHost(document: HostDocument): Omit<StoredHost, 'marks'> {
  const { host, state, first, past, lastEvent, parked, behind, ...rest } = document;
  const beginning = beginningOf(document);
  const open = state.open.length;
  const heardAt = lastEvent?.recordedAt ?? '';
  return {
    _id: host,
    ...storedOf(rest),
    state: { ...state, attributes: Object.entries(state.attributes) },
    ...{ first: first === null ? null : textOf(first), past: JSON.stringify(packHostPast(past)) },
    beginning: beginning === null ? null : textOf(beginning),
    lastEvent: lastEvent && storedOf(lastEvent),
    parked: parked && storedOf(parked),
    behind: behind && encodeBehind(behind),
    ...{ open, hasOpen: open > 0, isParked: parked !== null, isBehind: behind !== null },
    ...{ isRetired: state.retired !== null, isListed: state.inventories.length > 0 },
    terms: attributeTerms(state.attributes),
    ...{ heardAt, heardMinute: minuteOf(heardAt) },
  };
}

/** The instant's text up to the minute. */
export function minuteOf(instant: string): string {
  return instant.slice(0, 16);
}

export function decodeHost(stored: StoredHost): HostDocument {
  const { _id, state, entryId, position, first, past, updatedAt, lastEvent, parked, behind, version } = stored;
  return {
    host: _id,
    state: { ...state, attributes: Object.fromEntries(state.attributes) },
    entryId,
    position: positionFrom(position),
    first: first === null ? null : positionFrom(first),
    past: unpackHostPast(JSON.parse(past) as PackedHostPast),
    updatedAt,
    lastEvent: lastEvent && restored<LastEvent>(lastEvent),
    parked: parkRecordOf(parked),
    behind: behindRecordOf(behind),
    version,
  };
}

export interface StoredPart {
  /** The host, `~`, the quest. */
  readonly _id: string;
  readonly quest: PartDocument['quest'];
  readonly host: HostName;
  /** As JSON: parts of one quest with equal tallies are counted together, and types are no names of fields. */
  readonly tally: string;
  /** Null where it is none of the quest's hosts any more. */
  readonly state: QuestHostState | null;
  /** Position and instant, so that the greatest text is the latest. */
  readonly emptied: string | null;
  /** As JSON. */
  readonly past: string;
  readonly position: string;
}

export function partId({ quest, host }: Pick<PartDocument, 'quest' | 'host'>): string {
  return `${host}~${quest}`;
}

export function encodePart(part: PartDocument): StoredPart {
  const { quest, host, tally, emptied, past, position } = part;
  return {
    _id: partId(part),
    ...{ quest, host, tally: encodeTally(tally), state: questHostStateOf(tally) },
    emptied: emptied && `${textOf(emptied.position)} ${emptied.at}`,
    past: encodePartPast(past),
    position: textOf(position),
  };
}

export function decodePart({ quest, host, tally, emptied, past, position }: StoredPart): PartDocument {
  return {
    ...{ quest, host, tally: decodeTally(tally), emptied: decodeEmptied(emptied) },
    ...{ past: decodePartPast(past), position: positionFrom(position) },
  };
}

export function decodeEmptied(text: string | null): PartDocument['emptied'] {
  if (text === null) return null;
  const [position = '', at = ''] = text.split(' ');
  return { position: positionFrom(position), at: at as NonNullable<PartDocument['emptied']>['at'] };
}

export function encodeTally(tally: Tally): string {
  return JSON.stringify(tally);
}

export function decodeTally(text: string): Tally {
  return JSON.parse(text) as Tally;
}

/** As text: what an entry has is for its fold alone. */
export interface StoredFollowedEntry {
  /** The revision. */
  readonly _id: number;
  readonly position: string;
  readonly entry: string;
}

export function encodeFollowed({ revision, position, entry }: FollowedEntryDocument<unknown>): StoredFollowedEntry {
  return { _id: revision, position: textOf(position), entry: JSON.stringify(entry) };
}

export function decodeFollowed<Entry>({ _id, position, entry }: StoredFollowedEntry): FollowedEntryDocument<Entry> {
  return { revision: _id, position: positionFrom(position), entry: JSON.parse(entry) as Entry };
}
