/**
 * R8: the form in which two folds of one history are compared and hashed. It is made of documents alone, and says what they
 * mean: nothing of the generation, of the order of work, of versions of documents or of when a host was parked. A place in the
 * journal is said as the revision of the entry that stands there, all of which are of the host's own stream: so it is the same
 * in a journal into which the history was imported, where only the positions' values differ.
 */
import { createHash } from 'node:crypto';
import type { HostDocument, HostPast, LaborDocument, LaborRepeat, PartDocument, Position } from '#contracts';
import type { HostName, LaborId, QuestId, Revision } from '#domain';
import type { FoldedQuest } from '../folding/quest-record.js';

/** The documents of one host, from a replay or from a generation of the views. */
export interface HostDocuments {
  readonly document: HostDocument;
  readonly labors: readonly LaborDocument[];
  readonly parts: readonly PartDocument[];
}

/** Plain data without positions. */
export type Canonical = Readonly<Record<string, unknown>>;

/** By their keys, each made when it is asked for: those of a host with many labors are not all in memory at once. */
export interface Forms<K> {
  keys(): Iterable<K>;
  get(key: K): Canonical | undefined;
}

export interface HostForms {
  readonly host: HostName;
  /** Null where there is none. */
  readonly document: Canonical | null;
  readonly labors: Forms<LaborId>;
  readonly parts: Forms<QuestId>;
}

/** What stands for a place of the journal. */
export type Placed = (position: Position) => object;

/** With all else that it says. */
interface Placeable {
  readonly position: Position;
}

/** As they are stored, where a defect may have left no document of the host itself. */
export type StoredHostDocuments = Omit<HostDocuments, 'document'> & { readonly document: HostDocument | null };

/** A place as the revision of the entry that stands there; null where it is none of these, which ascend. */
export function placedBy(places: readonly Position[]): Placed {
  return (position) => ({ entry: revisionAt(places, position) });
}

function revisionAt(places: readonly Position[], position: Position): Revision | null {
  let [begin, end] = [0, places.length];
  while (begin < end) {
    const middle = (begin + end) >>> 1;
    if ((places[middle] as Position) < position) begin = middle + 1;
    else end = middle;
  }
  return places[begin] === position ? begin : null;
}

/** Two folds of one journal are alike whatever stands for a place; revisions say the same of journals with other positions. */
export function formsOf(host: HostName, { document, labors, parts }: StoredHostDocuments, placed: Placed): HostForms {
  return {
    host,
    document: document && canonicalDocument(document, placed),
    labors: formed(
      labors,
      ({ id }) => id,
      (labor) => canonicalLabor(labor, placed),
    ),
    parts: formed(
      parts,
      ({ quest }) => quest,
      (part) => canonicalPart(part, placed),
    ),
  };
}

function formed<K, D>(
  documents: readonly D[],
  keyOf: (document: D) => K,
  formOf: (document: D) => Canonical,
): Forms<K> {
  const byKey = new Map(documents.map((document) => [keyOf(document), document]));
  return {
    keys: () => byKey.keys(),
    get: (key) => {
      const document = byKey.get(key);
      return document && formOf(document);
    },
  };
}

/** Of a host's own document. */
export function canonicalDocument(document: HostDocument, placed: Placed): Canonical {
  const { state, entryId, first, past, updatedAt, lastEvent, parked } = document;
  return {
    ...{ state, entryId, lastEvent: lastEvent && without(lastEvent, placed) },
    first: first === null ? null : placed(first),
    past: canonicalPast(past, placed),
    // of a host without an entry it is when it was parked
    updatedAt: entryId === null ? null : updatedAt,
    parked: parked && { reason: parked.reason, entry: parked.revision },
  };
}

/** A retirement says who it was, and not by which entry: it stands apart from the change that ended it, which came later. */
function canonicalPast({ changes, forgotten }: HostPast, placed: Placed): Canonical {
  return {
    changes: changes.map(({ retired, ...change }) => ({
      ...without(change, placed),
      ...(retired !== undefined && { wasRetired: retired !== null }),
    })),
    retirements: changes.flatMap(({ retired }) => (retired ? [retired] : [])),
    forgotten,
  };
}

/**
 * But for `position`, by which a projector knows what is in the document already (P2). `counted`: what stands for the place of an
 * event that it counted beside its first (rule 6).
 */
export function canonicalLabor(
  labor: LaborDocument,
  placed: Placed,
  counted: (position: Position) => object = placed,
): Canonical {
  const { position: _, opened, closed, absorbed, overflow, ack, assignment, past, notes, ...rest } = labor;
  const said = (one: Placeable): object => without(one, placed);
  const repeat = (one: LaborRepeat): object => without(one, counted);
  return {
    ...rest,
    absorbed: absorbed.map(repeat),
    overflow: overflow && repeat(overflow),
    opened: said(opened),
    closed: closed && said(closed),
    ack: ack && said(ack),
    assignment: assignment && said(assignment),
    notes: notes.map(said),
    past: past && {
      reopenings: past.reopenings.map((each) => ({ ...said(each), closed: said(each.closed) })),
      moves: past.moves.map(said),
      acks: past.acks.map(said),
      assignments: past.assignments.map(said),
      notes: past.notes.map(said),
      forgotten: past.forgotten,
    },
  };
}

/** But for `position`, and the host, whose it is. */
export function canonicalPart({ tally, emptied, past }: PartDocument, placed: Placed): Canonical {
  const { changes, forgotten } = past;
  return {
    ...{ tally, emptied: emptied && without(emptied, placed) },
    past: { changes: changes.map((each) => without(each, placed)), forgotten },
  };
}

/** What a quest's own stream says; its numbers are those of its parts. */
export function canonicalQuest({ record: { state, revision, parked }, changes }: FoldedQuest): Canonical {
  return {
    ...{ state, revision, parked: parked && { reason: parked.reason, entry: parked.revision } },
    changes: changes.map(({ position: _, quest: __, ...change }) => change),
  };
}

function without({ position, ...rest }: Placeable, placed: Placed): object {
  return { ...rest, ...placed(position) };
}

/** Plain data as JSON in which members stand by their names: equal forms are equal bytes, whatever store ordered them how. */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = value as Canonical;
  const names = Object.keys(members).filter((name) => members[name] !== undefined);
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(members[name])}`)
    .join(',')}}`;
}

/** SHA-256 in hex. */
export function hashOfQuest(quest: QuestId, form: Canonical): string {
  return sha256(canonicalText({ quest, ...form }));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const MODULUS = 1n << 256n;

/**
 * The hash of many: the sum of theirs. It is the same in whatever order they come, by however many workers, of which each sums
 * its own; one hash more, less or other makes another sum.
 */
export class SumOfHashes {
  private sum = 0n;

  add(hash: string): void {
    this.sum = (this.sum + BigInt(`0x${hash}`)) % MODULUS;
  }

  /** In 64 hex digits, as each hash is: so sums can be added up, too. */
  get hex(): string {
    return this.sum.toString(16).padStart(64, '0');
  }
}
