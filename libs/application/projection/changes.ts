/** From judgements to documents: labors, parts and marks that a batch of judged hosts changes (P2, P6). */
import { NO_TALLY, type LastClosed, type LaborDocument, type PartDocument, type Position } from '#contracts';
import type { EventId, HostName, LaborId, QuestId } from '#domain';
import type { JudgedEntry, JudgedHost } from './judge-host.js';
import { laborAfter, openedLabor, redactedLabor, shows } from './labor-document.js';
import { questOf, tallyAfter } from './tally.js';

export interface PartKey {
  readonly quest: QuestId;
  readonly host: HostName;
}

/** Documents that exist already and that the judgements change: to be loaded first. */
export interface Needed {
  readonly labors: LaborId[];
  /** Redacted events: the labors that they opened or closed. */
  readonly laborsOf: EventId[];
  readonly parts: PartKey[];
}

/** Adds the documents that one host's judgements need. Labors that they open themselves are new. */
export function addNeeded(needed: Needed, host: HostName, { entries }: JudgedHost): void {
  if (entries.length === 0) return;
  const known = new Set<LaborId>();
  const quests = new Set<QuestId>();
  for (const { effects } of entries) {
    for (const effect of effects) {
      const quest = questOf(effect);
      if (quest !== null) quests.add(quest);
      if (effect.kind === 'redacted') {
        needed.laborsOf.push(effect.event);
        continue;
      }
      if (effect.kind === 'joined' || known.has(effect.labor.id)) continue;
      known.add(effect.labor.id);
      if (effect.kind !== 'opened') needed.labors.push(effect.labor.id);
    }
  }
  for (const quest of quests) needed.parts.push({ quest, host });
}

/** The loaded documents, by id; parts by {@link partKey}. */
export interface Loaded {
  readonly labors: ReadonlyMap<LaborId, LaborDocument>;
  /** Of redacted events: the loaded labors that they opened or closed. */
  readonly shownOn: ReadonlyMap<EventId, readonly LaborId[]>;
  readonly parts: ReadonlyMap<string, PartDocument>;
}

export function partKey({ quest, host }: PartKey): string {
  return `${quest}/${host}`;
}

/** `redacted`: the events whose labors were asked for. A labor is asked for by its id, too, where other effects concern it. */
export function loadedOf(
  { labors, parts }: { readonly labors: readonly LaborDocument[]; readonly parts: readonly PartDocument[] },
  redacted: readonly EventId[],
): Loaded {
  const shownOn = new Map<EventId, LaborId[]>(redacted.map((event) => [event, []]));
  if (redacted.length > 0) {
    for (const { id, opened, closed } of labors) {
      shownOn.get(opened.event)?.push(id);
      if (closed !== null && closed.event !== null) shownOn.get(closed.event)?.push(id);
    }
  }
  return {
    labors: new Map(labors.map((labor) => [labor.id, labor])),
    shownOn,
    parts: new Map(parts.map((part) => [partKey(part), part])),
  };
}

export interface HostChanges {
  readonly labors: readonly LaborDocument[];
  readonly parts: readonly PartDocument[];
  /** The greatest position of an entry that touches the quest (P6). */
  readonly marks: ReadonlyMap<QuestId, Position>;
}

/** A labor that ought to be stored, and is not. */
export interface MissingLabor {
  readonly missing: LaborId;
}

/** The documents after one host's judgements. */
export function changesOf(host: HostName, { entries }: JudgedHost, loaded: Loaded): HostChanges | MissingLabor {
  const labors = new Map<LaborId, LaborDocument>();
  const parts = new Map<QuestId, PartDocument>();
  const marks = new Map<QuestId, Position>();
  for (const entry of entries) {
    const missing = changeLabors(labors, entry, loaded);
    if (missing !== undefined) return { missing };
    changeParts(parts, marks, host, entry, loaded);
  }
  return { labors: [...labors.values()], parts: [...parts.values()], marks };
}

/** A document that is at the entry already has all its effects: it is left as it is. */
function changeLabors(
  labors: Map<LaborId, LaborDocument>,
  { cause, effects }: JudgedEntry,
  loaded: Loaded,
): LaborId | undefined {
  const { position } = cause.stored;
  const touched = new Map<LaborId, LaborDocument>();
  const stored = (id: LaborId): LaborDocument | undefined => labors.get(id) ?? loaded.labors.get(id);
  for (const effect of effects) {
    if (effect.kind === 'joined') continue;
    if (effect.kind === 'redacted') {
      const { event } = effect;
      const ids = new Set([...(loaded.shownOn.get(event) ?? []), ...labors.keys()]);
      for (const id of ids) {
        const before = stored(id);
        if (before !== undefined && before.position < position && shows(before, event))
          touched.set(id, redactedLabor(before, event));
      }
      continue;
    }
    const { id } = effect.labor;
    const before = touched.get(id) ?? stored(id);
    if (before === undefined) {
      // a note may name a labor that never was
      if (effect.kind === 'noted') continue;
      if (effect.kind !== 'opened') return id;
      touched.set(id, openedLabor(effect, cause));
    } else if (before.position < position || touched.has(id)) {
      touched.set(id, laborAfter(before, effect, cause));
    }
  }
  for (const [id, document] of touched) labors.set(id, { ...document, position });
  return undefined;
}

function changeParts(
  parts: Map<QuestId, PartDocument>,
  marks: Map<QuestId, Position>,
  host: HostName,
  { cause, effects }: JudgedEntry,
  loaded: Loaded,
): void {
  const { position } = cause.stored;
  const touched = new Map<QuestId, PartDocument>();
  for (const effect of effects) {
    const quest = questOf(effect);
    if (quest === null) continue;
    marks.set(quest, position);
    const before = touched.get(quest) ?? parts.get(quest) ?? loaded.parts.get(partKey({ quest, host }));
    if (before !== undefined && before.position >= position && !touched.has(quest)) continue;
    const tally = tallyAfter(before?.tally ?? NO_TALLY, effect);
    const emptied = emptiedAfter(tally, before?.emptied ?? null, { position, at: effect.origin.at });
    touched.set(quest, { quest, host, tally, emptied, position: before?.position ?? position });
  }
  for (const [quest, part] of touched) parts.set(quest, { ...part, position });
}

/** The entry after which the part had nothing open: `now`, or an earlier one that left it so; null while something is open. */
function emptiedAfter(tally: PartDocument['tally'], before: LastClosed | null, now: LastClosed): LastClosed | null {
  return tally.open > 0 || tally.labors === 0 ? null : (before ?? now);
}
