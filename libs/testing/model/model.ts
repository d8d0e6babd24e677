/**
 * What Hermes means, as simply as it can be said: written from semantics.md, rule by rule, over plain lists that are
 * looked through from end to end. It shares no code with the fold; specs compare the two.
 */
import type { LaborNote } from '#contracts';
import type {
  Attributes,
  EventId,
  EventLogged,
  EventRedacted,
  FateDefined,
  HostCommandLogged,
  HostName,
} from '#domain';
import type {
  LaborCommandLogged,
  LaborId,
  LaborsClaimed,
  QuestEnded,
  QuestId,
  QuestLaborsEnded,
  QuestLeft,
} from '#domain';
import type { Instant, Retirement } from '#domain';
import type { Derived, History, HistoryStep, PlainEvent, PlainLabor, PlainPast } from './history.js';
import { ModelCatalogue } from './model-catalogue.js';
import { ModelInventories } from './model-inventories.js';
import { ModelParts } from './model-parts.js';
import { remembered } from './past-of.js';

type Waive = 'recordedAt' | 'by' | 'principal' | 'reason';
type ModelEvent = { -readonly [K in keyof PlainEvent]: PlainEvent[K] };
/** Who moves labors, and when. */
type Mover = Omit<PlainPast['moves'][number], 'from'>;
type ModelLabor = { -readonly [K in keyof PlainLabor]: PlainLabor[K] };

/** All that follows from the history. */
export function modelOf(history: History): Derived {
  const model = new Model();
  for (const step of history.steps) model.apply(step);
  return model.derived();
}

/** The model step by step. */
export class Model {
  readonly events: ModelEvent[] = [];
  readonly labors: ModelLabor[] = [];
  private readonly catalogue = new ModelCatalogue();
  private readonly entries: HostName[] = [];
  private readonly parts = new ModelParts();
  /** Labors that can be reopened, in the order waived. */
  private readonly waives: Pick<PlainLabor, 'id' | 'host'>[] = [];
  private readonly attributes = new Map<HostName, Attributes>();
  /** Hosts that are retired. */
  private readonly retired = new Map<HostName, Retirement>();
  private readonly inventories = new ModelInventories();
  private steps = 0;

  apply(step: HistoryStep): void {
    if (step.kind === 'catalogue') {
      this.catalogue.apply(step.entry);
    } else if (step.kind === 'host') {
      const { entry } = step;
      const revision = this.entries.filter((host) => host === entry.host).length;
      this.entries.push(entry.host);
      if (entry.kind === 'EventLogged') this.event(entry, revision);
      else if (entry.kind === 'QuestEnded' || entry.kind === 'QuestLaborsEnded') this.end(entry);
      else if (entry.kind === 'QuestLeft') this.leave(entry);
      else if (entry.kind === 'LaborsClaimed') this.claim(entry);
      else if (entry.kind === 'EventRedacted') this.redact(entry);
      else if (entry.kind === 'HostMissing') this.inventories.apply(entry);
      else if (entry.kind === 'HostImported') {
        this.inventories.apply(entry);
        this.setAttributes(entry);
      } else if ('labor' in entry) this.command(entry);
      else this.hostCommand(entry);
    }
    this.steps += 1;
  }

  open(host: HostName): readonly PlainLabor[] {
    return this.labors.filter((labor) => labor.host === host && labor.state === 'open');
  }

  derived(): Derived {
    return {
      events: this.events,
      labors: this.labors,
      hosts: [...new Set(this.entries)].map((host) => ({
        host,
        revision: this.entries.filter((each) => each === host).length - 1,
        events: this.events.filter((event) => event.host === host).length,
        greatestAt: this.judged(host).reduce<PlainEvent['at'] | null>(
          (greatest, { at }) => (greatest === null || at > greatest ? at : greatest),
          null,
        ),
        open: this.open(host).map(({ id }) => id),
        attributes: this.attributes.get(host) ?? {},
        retired: this.retired.get(host) ?? null,
        inventories: this.inventories.of(host),
        lastEvent: this.judged(host).at(-1)?.id ?? null,
      })),
      parts: this.parts.derived(this.labors),
    };
  }

  /** The host's events that are no duplicates. */
  private judged(host: HostName): readonly PlainEvent[] {
    return this.events.filter((event) => event.host === host && !event.duplicate);
  }

  private event(entry: EventLogged, revision: number): void {
    const { host, quest } = entry;
    const { kind: _, ...plain } = entry;
    // rule 24
    const last64 = this.events.filter((event) => event.host === host).slice(-64);
    const duplicate =
      entry.key !== null &&
      last64.some(
        ({ key, category, state }) => key === entry.key && category === entry.category && state === entry.state,
      );
    // rule 9
    const late = !duplicate && this.judged(host).some(({ at }) => at > entry.at);
    this.events.push({
      data: null,
      principal: null,
      ...plain,
      id: `${host}~${revision}` as EventId,
      revision,
      late,
      duplicate,
      redacted: null,
    });
    if (duplicate) return;
    // rule 23
    this.retired.delete(host);
    if (quest !== null) this.parts.join(quest, host, true);
    // rule 7
    if (!this.catalogue.hasInForce(entry)) return;
    this.openCloseChain(entry, revision);
  }

  /** Rule 22: what of the quest is open is waived, and none of it is ever reopened. */
  private end(entry: QuestEnded | QuestLaborsEnded): void {
    const { host, quest } = entry;
    if (entry.kind === 'QuestEnded') this.parts.join(quest, host, true);
    const own = this.labors.filter((labor) => labor.host === host && labor.quest === quest);
    for (const labor of own) {
      const place = this.waives.findIndex(({ id }) => id === labor.id);
      if (place >= 0) this.waives.splice(place, 1);
      if (labor.state === 'open') this.closeByCommand(labor, entry);
    }
  }

  /** Rule 22: its open chains leave the quest, each whole; what is closed in it stays. */
  private leave({ host, quest, ...who }: QuestLeft): void {
    const own = this.open(host).filter((each) => each.quest === quest);
    this.moveChains(own, null, moverOf(who));
    this.parts.leave(quest, host);
  }

  /** Rule 18: the quest names the host, and its open labors of the type join it with their chains. */
  private claim({ host, quest, laborType, from, ...who }: LaborsClaimed): void {
    this.parts.join(quest, host, true);
    const ofType = this.open(host).filter((each) => each.type === laborType && each.quest !== quest);
    const claimed = from === 'any' ? ofType : ofType.filter((each) => each.quest === null);
    this.moveChains(claimed, quest, moverOf(who));
  }

  /** Together with no more than 1,000 closed labors: a chain beyond that stays where it is. */
  private moveChains(labors: readonly ModelLabor[], quest: QuestId | null, who: Mover): void {
    let closed = 0;
    for (const labor of labors) {
      const chain = this.labors.filter((each) => each.chain === labor.chain && each.host === labor.host);
      if (closed + chain.length - 1 > 1000) continue;
      closed += chain.length - 1;
      this.moveChain(labor, chain, quest, who);
    }
  }

  private moveChain(labor: ModelLabor, chain: readonly ModelLabor[], quest: QuestId | null, who: Mover): void {
    this.parts.ended(labor, this.steps);
    for (const each of chain) {
      each.past = remembered(each, 'moves', { ...who, from: each.quest });
      each.quest = quest;
    }
  }

  private closeByCommand(labor: ModelLabor, entry: Pick<QuestEnded, Waive>): void {
    const { recordedAt, by, principal = null, reason } = entry;
    const common = { event: null, type: null, fate: null, catalogueRevision: this.catalogue.revision };
    labor.state = 'waived';
    labor.closed = { ...common, at: recordedAt, recordedAt, by, principal, note: reason, redacted: false };
    this.parts.ended(labor, this.steps);
  }

  /** Rules 1 to 6, in the order of rule 5. */
  private openCloseChain(entry: EventLogged, revision: number): void {
    const fates = this.catalogue.fatesInForce();
    const openBefore = this.labors.filter(({ host, state }) => host === entry.host && state === 'open');
    const closersOf = (labor: ModelLabor) =>
      fates.filter((fate) => fate.creates === labor.type && fate.completedBy === entry.type);
    const closed = openBefore.filter((labor) => closersOf(labor).length > 0);

    const starting = fates.filter((fate) => fate.creates === entry.type && !fate.intermediate);
    if (starting.length > 0) {
      this.openOrAbsorb(entry, revision, starting, openBefore, closed);
    }

    const chaining = fates.filter((fate) => fate.creates === entry.type && fate.intermediate);
    let followUps = 0;
    for (const labor of closed) {
      const closers = closersOf(labor);
      this.close(labor, entry, closers[0]?.id ?? null, `${entry.host}~${revision}` as EventId);
      const firing = chaining.filter(({ follows }) => follows === null || closers.some(({ id }) => id === follows));
      if (firing.length === 0) continue;
      followUps += 1;
      const id = `${entry.host}~${revision}.${followUps}` as LaborId;
      this.add(id, labor.chain, labor.quest, entry, revision, firing);
    }
  }

  /** `open`: before the event, oldest first; `closed`: those of them that it closes. */
  private openOrAbsorb(
    entry: EventLogged,
    revision: number,
    starting: readonly FateDefined[],
    open: readonly ModelLabor[],
    closed: readonly ModelLabor[],
  ): void {
    const ofType = open.filter(({ type }) => type === entry.type);
    const staying = ofType.filter((labor) => !closed.includes(labor));
    const ofQuest = staying.filter(({ quest }) => quest === entry.quest);
    // rule 6: the bound goes before everything else
    if (ofType.length >= 100 || open.length >= 1000) {
      const [chosen] = entry.quest === null ? staying : [...ofQuest, ...staying];
      if (!chosen) return;
      this.absorb(chosen, entry, revision);
      chosen.overflow ??= chosen.absorbed.at(-1) ?? null;
      return;
    }
    const [eligible] = entry.quest === null ? staying : ofQuest;
    if (eligible && starting.some(({ onRepeat }) => onRepeat === 'absorb')) {
      this.absorb(eligible, entry, revision);
      return;
    }
    const id = `${entry.host}~${revision}` as LaborId;
    this.add(id, id, entry.quest, entry, revision, starting);
  }

  private absorb(labor: ModelLabor, { host, at }: EventLogged, revision: number): void {
    labor.occurrences += 1;
    // the last 100 are named
    labor.absorbed = [...labor.absorbed, { event: `${host}~${revision}` as EventId, at }].slice(-100);
    labor.lastSeen = at;
  }

  private add(
    id: LaborId,
    chain: LaborId,
    quest: QuestId | null,
    entry: EventLogged,
    revision: number,
    fates: readonly FateDefined[],
  ): void {
    const { host, type, at, recordedAt, by, principal = null, note } = entry;
    const actors = (['creator', 'owner'] as const).filter((actor) => fates.some((fate) => fate.actors.includes(actor)));
    const event = `${host}~${revision}` as EventId;
    const catalogueRevision = this.catalogue.revision;
    this.labors.push({
      ...{ id, host, type, state: 'open', quest, chain },
      opened: { event, at, recordedAt, by, principal, note, redacted: false, fate: fates[0]!.id, catalogueRevision },
      ...{ closed: null, ack: null, notes: [], assignee: null, assignment: null, past: null },
      ...{ actors, occurrences: 1, absorbed: [], lastSeen: at, overflow: null },
    });
  }

  private close(labor: ModelLabor, entry: EventLogged, fate: FateDefined['id'] | null, event: EventId): void {
    const { type, at, recordedAt, by, principal = null, note } = entry;
    const { revision: catalogueRevision } = this.catalogue;
    labor.state = 'completed';
    labor.closed = { event, type, at, recordedAt, by, principal, note, redacted: false, fate, catalogueRevision };
    this.parts.ended(labor, this.steps);
  }

  /** Rule 25: of an event that is there, and once. */
  private redact(entry: EventRedacted): void {
    const { event: id, host, recordedAt: at, by, principal = null, reason } = entry;
    const event = this.events.find((each) => each.id === id && each.host === host);
    if (!event || event.redacted) return;
    const silent = { by: null, note: null };
    Object.assign(event, { ...silent, attributes: null, data: null, redacted: { by, principal, at, reason } });
    for (const labor of this.labors) {
      if (labor.opened.event === id) labor.opened = { ...labor.opened, ...silent, redacted: true };
      if (labor.closed?.event === id) labor.closed = { ...labor.closed, ...silent, redacted: true };
    }
  }

  /** Rules 13 to 15. */
  private command(entry: LaborCommandLogged): void {
    const { recordedAt, by, principal = null } = entry;
    const labor = this.labors.find(({ id, host }) => id === entry.labor && host === entry.host);
    if (!labor) return;
    if (entry.kind === 'LaborNoted') {
      const notes = [...labor.notes, { by, principal, at: recordedAt, note: entry.text }];
      if (notes.length > 10) labor.past = remembered(labor, 'notes', notes.shift() ?? null);
      labor.notes = notes;
      return;
    }
    if (entry.kind === 'LaborReopened') {
      this.reopen(labor, { by, principal, at: recordedAt, note: entry.reason });
      return;
    }
    if (labor.state !== 'open') return;
    switch (entry.kind) {
      case 'LaborAcknowledged':
        labor.past = remembered(labor, 'acks', labor.ack);
        labor.ack = { by, principal, at: recordedAt, note: entry.note };
        break;
      case 'LaborAssigned':
        labor.past = remembered(labor, 'assignments', labor.assignment);
        labor.assignee = entry.to;
        labor.assignment = { to: entry.to, by, principal, at: recordedAt, note: entry.note };
        break;
      case 'LaborWaived':
        this.closeByCommand(labor, entry);
        this.waive(labor);
        break;
      case 'LaborAdopted':
        this.adopt(labor, entry.quest, { by, principal, at: recordedAt });
    }
  }

  /** Rule 15: the whole chain, unless more than 1,000 of it are closed. */
  private adopt(labor: ModelLabor, quest: QuestId | null, who: Mover): void {
    const chain = this.labors.filter(({ chain, host }) => chain === labor.chain && host === labor.host);
    if (labor.quest === quest || chain.filter(({ state }) => state !== 'open').length > 1000) return;
    this.moveChain(labor, chain, quest, who);
    if (quest !== null) this.parts.join(quest, labor.host, false);
  }

  /** Rule 23. */
  private hostCommand(entry: HostCommandLogged): void {
    const { host, recordedAt: at, by, principal = null } = entry;
    if (entry.kind === 'HostRetired') {
      if (this.retired.has(host)) return;
      for (const labor of this.labors.filter((each) => each.host === host && each.state === 'open')) {
        this.closeByCommand(labor, entry);
        this.waive(labor);
      }
      this.retired.set(host, { by, principal, at, reason: entry.reason });
      return;
    }
    this.setAttributes(entry);
  }

  private setAttributes({ host, set, clear }: { host: HostName; set: Attributes; clear: readonly string[] }): void {
    const kept = Object.entries(this.attributes.get(host) ?? {}).filter(([name]) => !clear.includes(name));
    const after: Attributes = { ...Object.fromEntries(kept), ...set };
    if (Object.keys(after).length <= 64) this.attributes.set(host, after);
  }

  /** Of a host, the newest 1,000 that are waived can be reopened. */
  private waive({ id, host }: ModelLabor): void {
    this.waives.push({ id, host });
    const own = this.waives.filter((each) => each.host === host);
    const [oldest] = own;
    if (own.length > 1000 && oldest !== undefined) this.waives.splice(this.waives.indexOf(oldest), 1);
  }

  /** Rule 14: below the bound of rule 6. */
  private reopen(labor: ModelLabor, how: LaborNote): void {
    const place = this.waives.findIndex(({ id }) => id === labor.id);
    const open = this.open(labor.host);
    const isFull = open.length >= 1000 || open.filter(({ type }) => type === labor.type).length >= 100;
    if (isFull || place < 0) return;
    this.waives.splice(place, 1);
    // rule 23
    this.retired.delete(labor.host);
    const past = remembered(labor, 'reopenings', labor.closed && { ...how, closed: labor.closed });
    Object.assign(labor, { state: 'open', closed: null, past });
  }
}

function moverOf(entry: { by: string | null; principal?: string; recordedAt: Instant }): Mover {
  const { by, principal = null, recordedAt: at } = entry;
  return { by, principal, at };
}
