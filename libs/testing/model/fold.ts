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
  private readonly joined: { readonly quest: QuestId; readonly host: HostName }[] = [];
  private readonly closings = new Map<LaborId, number>();
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
      hosts: [...this.states].map(([host, { revision, events, greatestAt, open, attributes, retired }]) => ({
        ...{ host, revision, events, greatestAt, attributes, retired },
        open: open.map(({ id }) => id),
        lastEvent: this.events.findLast((event) => event.host === host && !event.duplicate)?.id ?? null,
      })),
      parts: this.joined.map(({ quest, host }) => {
        const own = labors.filter((labor) => labor.quest === quest && labor.host === host);
        const closings = own.map(({ id }) => this.closings.get(id));
        const emptied = own.length > 0 && !closings.includes(undefined);
        return {
          ...{ quest, host, tally: tallyOf(own) },
          emptiedBy: emptied ? Math.max(...closings.map((step) => step ?? -1)) : null,
        };
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
      const { quest } = effect;
      const known = this.joined.some((part) => part.quest === quest && part.host === entry.host);
      if (!known) this.joined.push({ quest, host: entry.host });
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
      if (labor) this.labors.set(id, { ...labor, notes: [...labor.notes, effect.origin].slice(-MAX_NOTES) });
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

  private openedLabor(effect: HostEffect & { kind: 'opened' }, entry: HostEntry, revision: number): PlainLabor {
    if (entry.kind !== 'EventLogged') throw new Error(`${entry.kind} opened ${effect.labor.id}`);
    const { labor, fate, actors, origin } = effect;
    const { host, recordedAt } = entry;
    const event = eventId(host, revision);
    const opened = { event, ...origin, redacted: false, recordedAt, fate, catalogueRevision: this.catalogue.revision };
    return {
      ...{ ...labor, host, state: 'open', opened, closed: null, ack: null, notes: [], assignee: null },
      ...{
        assignment: null,
        reopened: null,
        actors,
        occurrences: 1,
        absorbed: [],
        lastSeen: origin.at,
        overflow: false,
      },
    };
  }

  private changed(
    labor: PlainLabor,
    effect: Exclude<HostEffect, { kind: 'joined' | 'redacted' | 'opened' | 'noted' }>,
    entry: HostEntry,
    revision: number,
  ): PlainLabor {
    switch (effect.kind) {
      case 'absorbed': {
        const overflow = labor.overflow || effect.overflow;
        const absorbed = [...labor.absorbed, eventId(entry.host, revision)].slice(-MAX_ABSORBED);
        return { ...labor, occurrences: labor.occurrences + 1, absorbed, lastSeen: effect.origin.at, overflow };
      }
      case 'reopened':
        this.closings.delete(labor.id);
        return { ...labor, state: 'open', closed: null, reopened: effect.origin };
      case 'acknowledged':
        return { ...labor, ack: effect.origin };
      case 'assigned':
        return { ...labor, assignee: effect.to, assignment: { to: effect.to, ...effect.origin } };
      case 'closed': {
        this.closings.set(labor.id, this.steps);
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
  return Object.freeze(state);
}
