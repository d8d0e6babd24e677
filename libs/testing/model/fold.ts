/** The domain's fold over a history, its effects written down in the model's shape: what specs compare with the model. */
import {
  emptyCatalogue,
  eventId,
  evolveCatalogue,
  judge,
  MAX_ABSORBED,
  MAX_NOTES,
  newHost,
  type Catalogue,
  type HostEffect,
  type HostEntry,
  type HostName,
  type HostState,
  type Judgement,
  type LaborId,
  type QuestId,
} from '#domain';
import type { Derived, History, HistoryStep, PlainEvent, PlainLabor } from './history.js';
import { remembered } from './past-of.js';
import { tallyOf } from './tally-of.js';

/** All that follows from the history, by the fold. */
export function foldOf(history: History): Derived {
  const fold = new Fold();
  for (const step of history.steps) fold.apply(step);
  return fold.derived();
}

/** The fold step by step. States and catalogues are frozen, so that changing one in place is noticed. */
export class Fold {
  catalogue: Catalogue = emptyCatalogue;
  readonly states = new Map<HostName, HostState>();
  readonly events: PlainEvent[] = [];
  readonly labors = new Map<LaborId, PlainLabor>();
  /** By quest and host: whether the quest names the host, and after which step a labor was no longer open in it. */
  private readonly parts = new Map<string, { quest: QuestId; host: HostName; named: number; ended: number }>();
  private steps = 0;

  /** The judgement, where the step is a host's entry. */
  apply(step: HistoryStep): Judgement | undefined {
    const judgement = step.kind === 'host' ? this.judged(step.entry) : undefined;
    if (step.kind === 'catalogue') this.catalogue = Object.freeze(evolveCatalogue(this.catalogue, step.entry));
    this.steps += 1;
    return judgement;
  }

  derived(): Derived {
    const labors = [...this.labors.values()];
    return {
      events: this.events,
      labors,
      hosts: [...this.states].map(
        ([host, { revision, events, greatestAt, open, attributes, retired, inventories }]) => ({
          ...{ host, revision, events, greatestAt, attributes, retired, inventories },
          open: open.map(({ id }) => id),
          lastEvent: this.events.findLast((event) => event.host === host && !event.duplicate)?.id ?? null,
        }),
      ),
      parts: [...this.parts.values()].map(({ quest, host, named, ended }) => {
        const own = labors.filter((labor) => labor.quest === quest && labor.host === host);
        const isEmptied = ended >= 0 && own.every(({ state }) => state !== 'open');
        return { quest, host, tally: tallyOf(own, named), emptiedBy: isEmptied ? ended : null };
      }),
    };
  }

  private judged(entry: HostEntry): Judgement {
    const before = this.states.get(entry.host) ?? newHost;
    const revision = before.revision + 1;
    const judgement = judge(before, entry, { revision, catalogue: this.catalogue });
    this.states.set(entry.host, frozen(judgement.state));
    if (entry.kind === 'EventLogged') {
      const { kind: _, ...plain } = entry;
      const { late, duplicate } = judgement;
      this.events.push({
        data: null,
        principal: null,
        ...plain,
        id: eventId(entry.host, revision),
        revision,
        late,
        duplicate,
        redacted: null,
      });
    }
    for (const effect of judgement.effects) this.write(effect, entry, revision);
    return judgement;
  }

  private write(effect: HostEffect, entry: HostEntry, revision: number): void {
    if (effect.kind === 'joined') {
      this.part(effect.quest, entry.host).named = 1;
      return;
    }
    if (effect.kind === 'left') {
      this.part(effect.quest, entry.host).named = 0;
      return;
    }
    if (effect.kind === 'moved') {
      this.move(effect, entry.host);
      return;
    }
    if (effect.kind === 'redacted') {
      this.redact(effect);
      return;
    }
    const { id } = effect.labor;
    if (effect.kind === 'opened') {
      if (this.labors.has(id)) throw new Error(`${id} opened twice`);
      this.labors.set(id, this.openedLabor(effect, entry, revision));
      return;
    }
    const labor = this.labors.get(id);
    if (effect.kind === 'noted') {
      if (!labor) return;
      const notes = [...labor.notes, effect.origin];
      const older = notes.length > MAX_NOTES ? (notes.shift() ?? null) : null;
      this.labors.set(id, { ...labor, notes, past: remembered(labor, 'notes', older) });
      return;
    }
    const before = effect.kind === 'reopened' ? 'waived' : 'open';
    if (labor?.state !== before) throw new Error(`${effect.kind}: ${id} is not ${before}`);
    this.labors.set(id, this.changed(labor, effect, entry, revision));
  }

  /** What a document shows of a redacted event, wherever it shows it. */
  private redact({ event: id, origin }: HostEffect & { kind: 'redacted' }): void {
    const place = this.events.findIndex((event) => event.id === id);
    const event = this.events[place];
    if (!event || event.redacted) return;
    const { note, ...who } = origin;
    const redacted = { ...who, reason: note ?? '' };
    this.events[place] = { ...event, by: null, note: null, attributes: null, data: null, redacted };
    const silenced = <T extends { readonly event: string | null }>(moment: T): T =>
      moment.event === id ? { ...moment, by: null, note: null, redacted: true } : moment;
    for (const [labor, { opened, closed, ...rest }] of this.labors)
      this.labors.set(labor, { ...rest, opened: silenced(opened), closed: closed && silenced(closed) });
  }

  private part(quest: QuestId, host: HostName) {
    const key = `${quest} ${host}`;
    const part = this.parts.get(key) ?? { quest, host, named: 0, ended: -1 };
    this.parts.set(key, part);
    return part;
  }

  private move({ labor, from, origin }: HostEffect & { kind: 'moved' }, host: HostName): void {
    const { quest, chain } = labor;
    if (from !== null) this.part(from, host).ended = this.steps;
    if (quest !== null) this.part(quest, host);
    const whole = [...this.labors.values()].filter((each) => each.chain === chain);
    if (whole.length !== labor.earlier + 1) throw new Error(`${labor.id} has not ${labor.earlier} labors before it`);
    const { note: _, ...who } = origin;
    for (const each of whole)
      this.labors.set(each.id, { ...each, quest, past: remembered(each, 'moves', { ...who, from: each.quest }) });
  }

  private openedLabor(effect: HostEffect & { kind: 'opened' }, entry: HostEntry, revision: number): PlainLabor {
    if (entry.kind !== 'EventLogged') throw new Error(`${entry.kind} opened ${effect.labor.id}`);
    const { labor, fate, actors, origin } = effect;
    const { host, recordedAt } = entry;
    const event = eventId(host, revision);
    const opened = { event, ...origin, redacted: false, recordedAt, fate, catalogueRevision: this.catalogue.revision };
    const { earlier: _, ...shown } = labor;
    return {
      ...{ ...shown, host, state: 'open', opened, closed: null, ack: null, notes: [], assignee: null },
      ...{
        assignment: null,
        past: null,
        actors,
        occurrences: 1,
        absorbed: [],
        lastSeen: origin.at,
        overflow: null,
      },
    };
  }

  private changed(
    labor: PlainLabor,
    effect: Exclude<HostEffect, { kind: 'joined' | 'left' | 'redacted' | 'opened' | 'noted' | 'moved' }>,
    entry: HostEntry,
    revision: number,
  ): PlainLabor {
    switch (effect.kind) {
      case 'absorbed': {
        const { at } = effect.origin;
        const repeat = { event: eventId(entry.host, revision), at };
        const overflow = labor.overflow ?? (effect.overflow ? repeat : null);
        const absorbed = [...labor.absorbed, repeat].slice(-MAX_ABSORBED);
        return { ...labor, occurrences: labor.occurrences + 1, absorbed, lastSeen: at, overflow };
      }
      case 'reopened':
        return {
          ...{ ...labor, state: 'open', closed: null },
          past: remembered(labor, 'reopenings', labor.closed && { ...effect.origin, closed: labor.closed }),
        };
      case 'acknowledged':
        return { ...labor, ack: effect.origin, past: remembered(labor, 'acks', labor.ack) };
      case 'assigned':
        return {
          ...labor,
          ...{ assignee: effect.to, assignment: { to: effect.to, ...effect.origin } },
          past: remembered(labor, 'assignments', labor.assignment),
        };
      case 'closed': {
        if (labor.quest !== null) this.part(labor.quest, entry.host).ended = this.steps;
        const { type, fate, origin } = effect;
        const event = type === null ? null : eventId(entry.host, revision);
        const catalogueRevision = this.catalogue.revision;
        const closed = {
          event,
          type,
          ...origin,
          redacted: false,
          recordedAt: entry.recordedAt,
          fate,
          catalogueRevision,
        };
        return { ...labor, state: effect.how, closed };
      }
    }
  }
}

function frozen(state: HostState): HostState {
  Object.freeze(state.open);
  Object.freeze(state.waived);
  Object.freeze(state.keys);
  Object.freeze(state.attributes);
  Object.freeze(state.inventories);
  return Object.freeze(state);
}
