/** From judgements to documents: labors, parts and marks that a batch of judged hosts changes (P2, P6). */
import {
  EXPECTED_PART_POSITION,
  NO_PART_PAST,
  NO_TALLY,
  partPastWith,
  type LastClosed,
  type LaborDocument,
  type PartDocument,
  type Position,
  type StoredEntry,
} from '#contracts';
import {
  compareOpening,
  type EventId,
  type HostEffect,
  type HostName,
  type LaborId,
  type QuestId,
  type TypeName,
} from '#domain';
import type { ViewsLoaded } from '#ports';
import type { JudgedEntry, JudgedHost } from './judge-host.js';
import { laborAfter, movedLabor, openedLabor, redactedLabor, shows } from './labor-document.js';
import { questsOf, tallyAfter } from './tally.js';

export interface PartKey {
  readonly quest: QuestId;
  readonly host: HostName;
}

/** Documents that exist already and that the judgements change: to be loaded first. */
export interface Needed {
  readonly labors: LaborId[];
  /** Redacted events: the labors that they opened or closed. */
  readonly laborsOf: EventId[];
  /** The chains that move: all labors of them. */
  readonly chains: LaborId[];
  readonly parts: PartKey[];
}

/** Adds the documents that one host's judgements need. Labors that they open themselves are new. */
export function addNeeded(needed: Needed, host: HostName, { entries }: JudgedHost): void {
  if (entries.length === 0) return;
  const known = new Set<LaborId>();
  const chains = new Set<LaborId>();
  const quests = new Set<QuestId>();
  for (const { effects } of entries) {
    for (const effect of effects) {
      for (const quest of questsOf(effect)) quests.add(quest);
      if (effect.kind === 'redacted') {
        needed.laborsOf.push(effect.event);
        continue;
      }
      if (effect.kind === 'moved') chains.add(effect.labor.chain);
      if (effect.kind === 'joined' || effect.kind === 'left' || known.has(effect.labor.id)) continue;
      known.add(effect.labor.id);
      if (effect.kind !== 'opened') needed.labors.push(effect.labor.id);
    }
  }
  needed.chains.push(...chains);
  for (const quest of quests) needed.parts.push({ quest, host });
}

/** The loaded documents, by id; chains by their first labor's, parts by {@link partKey}. */
export interface Loaded {
  readonly labors: ReadonlyMap<LaborId, LaborDocument>;
  /** Of redacted events: the loaded labors that they opened or closed. */
  readonly shownOn: ReadonlyMap<EventId, readonly LaborId[]>;
  readonly chains: ReadonlyMap<LaborId, readonly LaborDocument[]>;
  readonly parts: ReadonlyMap<string, PartDocument>;
}

/** What was asked for, as it was found; a labor that several effects concern is found once. */
export function loadedOf(
  { laborsOf, chains }: Needed,
  { labors, parts }: Pick<ViewsLoaded, 'labors' | 'parts'>,
): Loaded {
  const shownOn = new Map(laborsOf.map((event): [EventId, LaborId[]] => [event, []]));
  const byChain = new Map(chains.map((chain): [LaborId, LaborDocument[]] => [chain, []]));
  for (const labor of labors) {
    const { id, chain, opened, closed } = labor;
    byChain.get(chain)?.push(labor);
    shownOn.get(opened.event)?.push(id);
    if (closed !== null && closed.event !== null) shownOn.get(closed.event)?.push(id);
  }
  return {
    labors: new Map(labors.map((labor) => [labor.id, labor])),
    shownOn,
    chains: byChain,
    parts: new Map(parts.map((part) => [partKey(part), part])),
  };
}

export function partKey({ quest, host }: PartKey): string {
  return `${quest}/${host}`;
}

export interface HostChanges {
  readonly labors: readonly LaborDocument[];
  readonly parts: readonly PartDocument[];
  /** The greatest position of an entry that touches the quest (P6). */
  readonly marks: ReadonlyMap<QuestId, Position>;
}

/** A labor that ought to be stored, and is not. */
interface MissingLabor {
  readonly missing: LaborId;
}

/** None of the judgements counts: not even that of the first entry, `from`, since they are written together. */
export interface NoChanges extends MissingLabor {
  readonly from: StoredEntry;
}

/** The documents after one host's judgements. */
export function changesOf(host: HostName, { entries }: JudgedHost, loaded: Loaded): HostChanges | NoChanges {
  const labors = new Map<LaborId, LaborDocument>();
  const parts = new Map<QuestId, PartDocument>();
  const marks = new Map<QuestId, Position>();
  for (const entry of entries) {
    const missing = changeLabors(labors, entry, loaded);
    if (missing !== undefined) return noChanges(missing, entries);
    let closed: Map<LaborId, readonly TypeName[]> | undefined;
    for (const effect of entry.effects) {
      if (effect.kind !== 'moved') continue;
      const moved = movedChain(labors, entry, effect, loaded);
      if ('missing' in moved) return noChanges(moved.missing, entries);
      for (const labor of moved.chain) labors.set(labor.id, labor);
      closed = (closed ?? new Map()).set(effect.labor.chain, moved.closed);
    }
    changeParts(parts, marks, host, entry, loaded, closed);
  }
  return { labors: [...labors.values()], parts: [...parts.values()], marks };
}

function noChanges(missing: LaborId, entries: JudgedHost['entries']): NoChanges {
  const [first] = entries;
  if (first === undefined) throw new Error(`no entry asks for labor ${missing}`);
  return { missing, from: first.cause.stored };
}

/** What a move takes with it beside the open labor: the labors that it writes, and the types of the closed ones. */
interface MovedChain {
  readonly chain: readonly LaborDocument[];
  readonly closed: readonly TypeName[];
}

/**
 * The labors of the chain that opened before the one that moves: those are closed for ever. Of a chain that goes on the views
 * may have later ones already.
 */
function movedChain(
  labors: ReadonlyMap<LaborId, LaborDocument>,
  { cause }: Pick<JudgedEntry, 'cause'>,
  moved: HostEffect & { kind: 'moved' },
  loaded: Loaded,
): MovedChain | MissingLabor {
  const { id, chain, earlier } = moved.labor;
  const known = new Map<LaborId, LaborDocument>();
  for (const all of [loaded.chains.get(chain) ?? [], labors.values()])
    for (const labor of all) if (labor.chain === chain && compareOpening(labor.id, id) < 0) known.set(labor.id, labor);
  if (known.size !== earlier) return { missing: chain };
  const { position } = cause.stored;
  const all = [...known.values()];
  const written = all.filter((labor) => labor.position < position).map((labor) => movedLabor(labor, moved, cause));
  return { chain: written, closed: all.map(({ type }) => type) };
}

/**
 * A stored document that is at the entry already has all its effects: it is left as it is. One that these judgements have
 * changed before was at none of their entries.
 */
function changeLabors(
  labors: Map<LaborId, LaborDocument>,
  { cause, effects }: JudgedEntry,
  loaded: Loaded,
): LaborId | undefined {
  const { position } = cause.stored;
  for (const effect of effects) {
    if (effect.kind === 'joined' || effect.kind === 'left') continue;
    if (effect.kind === 'redacted') {
      const { event } = effect;
      const ids = new Set([...(loaded.shownOn.get(event) ?? []), ...labors.keys()]);
      for (const id of ids) {
        const before = labors.get(id) ?? loaded.labors.get(id);
        if (before !== undefined && before.position < position && shows(before, event))
          labors.set(id, redactedLabor(before, event, cause));
      }
      continue;
    }
    const { id } = effect.labor;
    const own = labors.get(id);
    const before = own ?? loaded.labors.get(id);
    if (before === undefined) {
      // a note may name a labor that never was
      if (effect.kind === 'noted') continue;
      if (effect.kind !== 'opened') return id;
      labors.set(id, openedLabor(effect, cause));
    } else if (own !== undefined || before.position < position) {
      labors.set(id, laborAfter(before, effect, cause));
    }
  }
  return undefined;
}

/** As of {@link changeLabors}. */
function changeParts(
  parts: Map<QuestId, PartDocument>,
  marks: Map<QuestId, Position>,
  host: HostName,
  { cause, effects }: JudgedEntry,
  loaded: Loaded,
  closed: ReadonlyMap<LaborId, readonly TypeName[]> | undefined,
): void {
  const { position } = cause.stored;
  /** Parts that this entry changes, as they were before it. */
  const changed = new Map<QuestId, PartDocument | undefined>();
  for (const effect of effects) {
    for (const quest of questsOf(effect)) {
      marks.set(quest, position);
      const own = parts.get(quest);
      const before = own ?? loaded.parts.get(partKey({ quest, host }));
      if (own === undefined && before !== undefined && before.position >= position) continue;
      if (!changed.has(quest)) changed.set(quest, before);
      const its = effect.kind === 'moved' ? closed?.get(effect.labor.chain) : undefined;
      const tally = tallyAfter(before?.tally ?? NO_TALLY, effect, quest, its);
      const emptied = emptiedAfter(tally.open, before, { position, at: effect.origin.at });
      parts.set(quest, { quest, host, tally, emptied, past: NO_PART_PAST, position });
    }
  }
  for (const [quest, before] of changed) {
    const after = parts.get(quest);
    if (after === undefined) continue;
    // what was but expected of the host is no past of its part
    const past = before === undefined || before.position === EXPECTED_PART_POSITION ? NO_PART_PAST : before.past;
    parts.set(quest, { ...after, past: partPastWith(past, before?.tally ?? NO_TALLY, after) });
  }
}

/**
 * The entry after which the part had nothing open: `now`, or an earlier one that left it so; null while something is open, and
 * where nothing ever was. What was open in a part without labors has left it.
 */
function emptiedAfter(open: number, before: PartDocument | undefined, now: LastClosed): LastClosed | null {
  if (open > 0) return null;
  return before !== undefined && before.tally.open > 0 ? now : (before?.emptied ?? null);
}
