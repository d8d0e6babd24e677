/** Documents as text in columns, and back: JSON with positions as decimal text, packed where there are many of them. */
import {
  packHostPast,
  positionOf,
  unpackHostPast,
  type BehindRecord,
  type BurndownLabor,
  type EventDocument,
  type HostDocument,
  type LaborAssignment,
  type LaborClosing,
  type LaborDocument,
  type LaborMove,
  type LaborOpening,
  type LaborPast,
  type LaborRepeat,
  type LaborSaid,
  type LastEvent,
  type Moment,
  type PackedHostPast,
  type ParkRecord,
  type Position,
  type QuestRecord,
  type Recount,
} from '#contracts';
import type { HostName, HostState, LaborId, QuestId, TypeName } from '#domain';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function positionFrom(text: string): Position {
  return positionOf(BigInt(text));
}

export function textOf(position: Position): string {
  return position.toString();
}

/** The objects that `JSON.parse` made are ours, so their positions are replaced where they stand. */
function restore(holder: { position: unknown } | null): void {
  if (holder !== null) holder.position = positionFrom(holder.position as string);
}

/** Objects of one kind as the list of their fields' values, which takes half the room of an object with names. */
class Packing<T extends object> {
  private readonly fields: readonly (keyof T)[];

  /** Names every field, so that none is forgotten; in the order in which they are stored. */
  constructor(fields: Readonly<Record<keyof T, true>>) {
    this.fields = Object.keys(fields) as (keyof T)[];
  }

  pack(document: T): unknown[] {
    return this.fields.map((field) => {
      const value = document[field];
      return typeof value === 'bigint' ? value.toString() : value;
    });
  }

  valueOf<K extends keyof T>(values: readonly unknown[], field: K): T[K] {
    return values[this.fields.indexOf(field)] as T[K];
  }

  unpack(values: readonly unknown[]): T {
    const document: Partial<Record<keyof T, unknown>> = {};
    this.fields.forEach((field, index) => {
      const value = values[index];
      document[field] = field === 'position' ? positionFrom(value as string) : value;
    });
    return document as T;
  }
}

const EVENTS = new Packing<EventDocument>({
  ...{ id: true, host: true, revision: true, position: true, type: true, category: true, state: true, key: true },
  ...{ at: true, recordedAt: true, by: true, principal: true, note: true, attributes: true, data: true },
  ...{ quest: true, late: true, duplicate: true, redacted: true },
});
/** Stored beside its other fields: they have positions. */
type PackedApart = 'opened' | 'closed' | 'absorbed' | 'overflow' | 'ack' | 'notes' | 'assignment' | 'past';
const LABORS = new Packing<Omit<LaborDocument, PackedApart>>({
  ...{ id: true, host: true, type: true, state: true, quest: true, chain: true },
  ...{ assignee: true, actors: true, occurrences: true, lastSeen: true },
  position: true,
});
const OPENINGS = new Packing<LaborOpening>({
  ...{ event: true, position: true, at: true, recordedAt: true, by: true, principal: true, note: true, fate: true },
  ...{ catalogueRevision: true, redacted: true },
});
const CLOSINGS = new Packing<LaborClosing>({
  ...{ event: true, type: true, position: true, at: true, recordedAt: true, by: true, principal: true, note: true },
  ...{ fate: true, catalogueRevision: true, redacted: true },
});

function momentOf<T extends Moment>(packing: Packing<T>, values: readonly unknown[]): Moment {
  return {
    position: positionFrom(packing.valueOf(values, 'position') as unknown as string),
    recordedAt: packing.valueOf(values, 'recordedAt'),
  };
}

const SAID = new Packing<LaborSaid>({ by: true, principal: true, at: true, note: true, position: true });
const ASSIGNMENTS = new Packing<LaborAssignment>({
  ...{ to: true, by: true, principal: true, at: true, note: true, position: true },
});
const REPEATS = new Packing<LaborRepeat>({ position: true, at: true });
const MOVES = new Packing<LaborMove>({ position: true, at: true, by: true, principal: true, from: true });

export function encodeEvent(event: EventDocument): string {
  return JSON.stringify(EVENTS.pack(event));
}

export function decodeEvent(doc: string): EventDocument {
  return EVENTS.unpack(JSON.parse(doc) as unknown[]);
}

export function encodeLabor(labor: LaborDocument): string {
  const { opened, closed, absorbed, overflow, ack, notes, assignment, past } = labor;
  return JSON.stringify([
    LABORS.pack(labor),
    OPENINGS.pack(opened),
    closed && CLOSINGS.pack(closed),
    absorbed.map((each) => REPEATS.pack(each)),
    overflow && REPEATS.pack(overflow),
    ack && SAID.pack(ack),
    notes.map((each) => SAID.pack(each)),
    assignment && ASSIGNMENTS.pack(assignment),
    past && packedPast(past),
  ]);
}

/** What a burndown needs of a labor: the rest is not unpacked, since it reads a great many. */
export function decodeBurndownLabor(doc: string): BurndownLabor {
  const [labor, opened, closed, , , , , , past] = JSON.parse(doc) as PackedLabor;
  return {
    type: LABORS.valueOf(labor, 'type'),
    quest: LABORS.valueOf(labor, 'quest'),
    opened: momentOf(OPENINGS, opened),
    closed: closed && momentOf(CLOSINGS, closed),
    past: past && pastOf(past),
  };
}

type Values = readonly unknown[];
type PackedLabor = readonly [
  labor: Values,
  opened: Values,
  closed: Values | null,
  absorbed: readonly Values[],
  overflow: Values | null,
  ack: Values | null,
  notes: readonly Values[],
  assignment: Values | null,
  past: PackedPast | null,
];
type PackedPast = readonly [
  reopenings: readonly (readonly [said: Values, closed: Values])[],
  moves: readonly Values[],
  acks: readonly Values[],
  assignments: readonly Values[],
  notes: readonly Values[],
  forgotten: LaborPast['forgotten'],
];

function packedPast({ reopenings, moves, acks, assignments, notes, forgotten }: LaborPast): PackedPast {
  return [
    reopenings.map((each) => [SAID.pack(each), CLOSINGS.pack(each.closed)]),
    moves.map((each) => MOVES.pack(each)),
    acks.map((each) => SAID.pack(each)),
    assignments.map((each) => ASSIGNMENTS.pack(each)),
    notes.map((each) => SAID.pack(each)),
    forgotten,
  ];
}

function pastOf([reopenings, moves, acks, assignments, notes, forgotten]: PackedPast): LaborPast {
  return {
    reopenings: reopenings.map(([said, closed]) => ({ ...SAID.unpack(said), closed: CLOSINGS.unpack(closed) })),
    moves: moves.map((each) => MOVES.unpack(each)),
    acks: acks.map((each) => SAID.unpack(each)),
    assignments: assignments.map((each) => ASSIGNMENTS.unpack(each)),
    notes: notes.map((each) => SAID.unpack(each)),
    forgotten,
  };
}

export function decodeLabor(doc: string): LaborDocument {
  const [labor, opened, closed, absorbed, overflow, ack, notes, assignment, past] = JSON.parse(doc) as PackedLabor;
  return {
    ...LABORS.unpack(labor),
    opened: OPENINGS.unpack(opened),
    closed: closed && CLOSINGS.unpack(closed),
    absorbed: absorbed.map((each) => REPEATS.unpack(each)),
    overflow: overflow && REPEATS.unpack(overflow),
    notes: notes.map((each) => SAID.unpack(each)),
    ack: ack && SAID.unpack(ack),
    assignment: assignment && ASSIGNMENTS.unpack(assignment),
    past: past && pastOf(past),
  };
}

export function encodeParked(parked: ParkRecord | null): string | null {
  return parked && JSON.stringify({ ...parked, position: textOf(parked.position) });
}

export function decodeParked(doc: string): ParkRecord {
  const parked = JSON.parse(doc) as ParkRecord;
  restore(parked);
  return parked;
}

export function encodeBehind(behind: BehindRecord | null): string | null {
  if (behind === null) return null;
  const { position, silentTo, ...record } = behind;
  // no text where it is absent
  return JSON.stringify({ ...record, position: textOf(position), silentTo: silentTo && textOf(silentTo) });
}

export function decodeBehind(doc: string): BehindRecord {
  const { silentTo, ...behind } = JSON.parse(doc) as Omit<BehindRecord, 'silentTo'> & { readonly silentTo?: string };
  restore(behind);
  return silentTo === undefined ? behind : { ...behind, silentTo: positionFrom(silentTo) };
}

const LAST_EVENTS = new Packing<LastEvent>({ event: true, type: true, at: true, recordedAt: true, position: true });

export function encodeLastEvent(last: LastEvent | null): string | null {
  return last && JSON.stringify(LAST_EVENTS.pack(last));
}

export function decodeLastEvent(doc: string | null): LastEvent | null {
  return doc === null ? null : LAST_EVENTS.unpack(JSON.parse(doc) as unknown[]);
}

/** What lists show of a host beside its labors, each in a column of its own. */
export type AboutColumns = readonly [
  retired: string | null,
  inventories: string,
  attributes: string,
  lastEvent: string | null,
];

export function decodeAbout([retired, inventories, attributes, lastEvent]: AboutColumns): Pick<
  HostState,
  'retired' | 'inventories' | 'attributes'
> &
  Pick<HostDocument, 'lastEvent'> {
  return {
    retired: retired === null ? null : (JSON.parse(retired) as HostState['retired']),
    inventories: JSON.parse(inventories) as HostState['inventories'],
    attributes: JSON.parse(attributes) as HostState['attributes'],
    lastEvent: decodeLastEvent(lastEvent),
  };
}

/** The columns of a host that a document is made of, in this order. */
export const HOST_COLUMNS = 'version, parked, behind, doc, retired, inventories, attributes, last_event';
export type HostColumns = readonly [
  version: number,
  parked: string | null,
  behind: string | null,
  doc: string,
  ...about: AboutColumns,
];

/** id, type, quest, chain (null where it is the id), how many came before it in that, of each. */
type PackedLabors = readonly (string | number | null)[];
const LABOR_FIELDS = 5;

type PackedHost = readonly [
  revision: number,
  events: number,
  greatestAt: HostState['greatestAt'],
  open: PackedLabors,
  waived: PackedLabors,
  /** event, hash of each. */
  keys: readonly (number | string)[],
  entryId: string | null,
  position: string,
  updatedAt: HostDocument['updatedAt'],
  first: string | null,
  past: PackedHostPast,
];

/** The revision of an encoded host, which stands first in it. */
export const HOST_REVISION = 'CAST(substr(doc, 2, 20) AS INTEGER)';

/** Without what columns hold: the name, the version, whether it is parked or behind, and what lists show of it. */
export function encodeHost({ state, entryId, position, updatedAt, first, past }: HostDocument): string {
  const keys: (number | string)[] = [];
  for (const { event, hash } of state.keys) keys.push(event, hash);
  const { revision, events, greatestAt } = state;
  const [open, waived] = [packedLabors(state.open), packedLabors(state.waived)];
  const packed: PackedHost = [
    ...([revision, events, greatestAt, open, waived, keys, entryId, textOf(position), updatedAt] as const),
    ...([first === null ? null : textOf(first), packHostPast(past)] as const),
  ];
  return JSON.stringify(packed);
}

export function decodeHost(host: HostName, [version, parked, behind, doc, ...columns]: HostColumns): HostDocument {
  const { lastEvent, ...about } = decodeAbout(columns);
  const [revision, events, greatestAt, flatOpen, flatWaived, flatKeys, entryId, position, updatedAt, first, past] =
    JSON.parse(doc) as PackedHost;
  const keys: HostState['keys'][number][] = [];
  for (let index = 0; index < flatKeys.length; index += 2) {
    keys.push({ event: flatKeys[index] as number, hash: flatKeys[index + 1] as string });
  }
  return {
    host,
    state: { revision, events, greatestAt, open: laborsOf(flatOpen), waived: laborsOf(flatWaived), keys, ...about },
    entryId,
    position: positionFrom(position),
    first: first === null ? null : positionFrom(first),
    past: unpackHostPast(past),
    updatedAt,
    lastEvent,
    parked: parked === null ? null : decodeParked(parked),
    behind: behind === null ? null : decodeBehind(behind),
    version,
  };
}

/** Where the open labors are in an encoded host. */
export const OPEN_LABORS = '$[3]';

/** Where its position is. */
export const HOST_POSITION = '$[7]';

/** Of an element of json_each there: whether it is the id of a labor. */
export const IS_LABOR_ID = `key % ${LABOR_FIELDS} = 0`;

/** The types of the open labors that stand there. */
export function openTypesOf(packed: readonly unknown[]): readonly TypeName[] {
  return packed.filter((_, index) => index % LABOR_FIELDS === 1) as readonly TypeName[];
}

function packedLabors(labors: HostState['open']): PackedLabors {
  const packed: (string | number | null)[] = [];
  for (const { id, type, quest, chain, earlier } of labors)
    packed.push(id, type, quest, chain === id ? null : chain, earlier);
  return packed;
}

function laborsOf(packed: PackedLabors): HostState['open'] {
  const labors: HostState['open'][number][] = [];
  for (let index = 0; index < packed.length; index += LABOR_FIELDS) {
    const id = packed[index] as LaborId;
    labors.push({
      id,
      type: packed[index + 1] as TypeName,
      quest: packed[index + 2] as QuestId | null,
      chain: (packed[index + 3] as LaborId | null) ?? id,
      earlier: packed[index + 4] as number,
    });
  }
  return labors;
}

/** Without its park record, which has a column. */
export function encodeRecord({ state, revision, position }: QuestRecord): string {
  return JSON.stringify([state, revision, textOf(position)]);
}

export function decodeRecord(quest: QuestId, doc: string | null, parked: string | null): QuestRecord | null {
  if (doc === null) return null;
  const [state, revision, position] = JSON.parse(doc) as [QuestRecord['state'], number, string];
  return {
    quest,
    state,
    revision,
    position: positionFrom(position),
    parked: parked === null ? null : decodeParked(parked),
  };
}

export function encodeRecount(recount: Recount): string {
  const { label, mark, completed } = recount;
  return JSON.stringify({
    ...recount,
    label: textOf(label),
    mark: textOf(mark),
    completed: completed && { ...completed, position: textOf(completed.position) },
  });
}

export function decodeRecount(doc: string | null): Recount | null {
  if (doc === null) return null;
  const recount = JSON.parse(doc) as Writable<Recount>;
  recount.label = positionFrom(recount.label as unknown as string);
  recount.mark = positionFrom(recount.mark as unknown as string);
  restore(recount.completed);
  return recount;
}
