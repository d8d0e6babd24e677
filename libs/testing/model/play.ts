/** A history written by hand, judged as it is written: given fates, when events, then labors. */
import {
  hostEntry,
  instantOfMs,
  laborEntry,
  typeName,
  type Attributes,
  type Catalogue,
  type CatalogueEntry,
  type EventId,
  type EventLogged,
  type EventTypeId,
  type FateDefined,
  type FateId,
  type HostCommand,
  type HostEntry,
  type HostName,
  type InventoryCommand,
  type Judgement,
  type LaborCommand,
  type LaborId,
  type QuestEnded,
  type QuestId,
  type QuestLaborsEnded,
  type TypeName,
} from '#domain';
import { Fold } from './fold.js';
import type { History, HistoryStep, PlainLabor } from './history.js';

type QuestEnd = QuestEnded | QuestLaborsEnded;

const FATE = /^(?:\[(\d+)\] )?(\S+) => (\S+)((?: intermediate| absorb| follows \d+| owner| creator)*)$/;

export class Play {
  readonly fold = new Fold();
  private readonly steps: HistoryStep[] = [];

  /** Fates as semantics.md writes them, in order of their numbers: `[3] host-ready => host-done intermediate follows 1`. */
  constructor(...fates: readonly string[]) {
    for (const fate of fates) this.define(fate);
  }

  get history(): History {
    return { steps: this.steps };
  }

  get catalogue(): Catalogue {
    return this.fold.catalogue;
  }

  /** Defines a fate and those of its types that are not yet; after it ` absorb`, ` owner`, ` creator`, ` intermediate`, ` follows 1`. */
  define(text: string): FateId {
    const [, number, creates = '', completedBy = '', rest = ''] = FATE.exec(text) ?? [];
    const id = this.catalogue.nextFateId as FateId;
    if (creates === '' || (number !== undefined && Number(number) !== id)) throw new Error(`not fate ${id}: ${text}`);
    const words = rest.trim().split(' ');
    const follows = words.includes('follows') ? (Number(words[words.indexOf('follows') + 1]) as FateId) : null;
    const entry: Omit<FateDefined, 'by' | 'recordedAt'> = {
      kind: 'FateDefined',
      id,
      creates: this.typeOf(creates),
      completedBy: this.typeOf(completedBy),
      intermediate: words.includes('intermediate'),
      follows,
      onRepeat: words.includes('absorb') ? 'absorb' : 'open',
      name: null,
      description: null,
      actors: (['owner', 'creator'] as const).filter((actor) => words.includes(actor)),
    };
    this.change(entry);
    return id;
  }

  /** Any other change of the catalogue. */
  change(entry: DistributiveOmit<CatalogueEntry, 'by' | 'recordedAt'>): void {
    this.apply({ kind: 'catalogue', entry: { ...entry, by: null, recordedAt: this.now() } });
  }

  retireFate(id: number): void {
    this.change({ kind: 'FateRetired', id: id as FateId });
  }

  /** Defines the type where it is not there; its category is what stands before the last hyphen. */
  typeOf(name: string): TypeName {
    const [category, state] = split(name);
    if (!this.catalogue.types.has(name as TypeName)) {
      const id = this.catalogue.nextEventTypeId as EventTypeId;
      this.change({ kind: 'EventTypeDefined', id, category, state, description: null, restricted: false });
    }
    return typeName(category, state);
  }

  /** On the host `h` where no other is named; at a second of its own. */
  event(type: string, fields: Partial<EventLogged> = {}): Judgement {
    const [category, state] = split(type);
    const recordedAt = fields.recordedAt ?? this.now();
    const entry: EventLogged = {
      ...{ kind: 'EventLogged', host: 'h' as HostName, type: typeName(category, state), category, state },
      ...{ at: recordedAt, recordedAt, by: null, key: null, note: null, attributes: null, quest: null },
      ...fields,
    };
    return this.judgement({ kind: 'host', entry });
  }

  /** An event that embarking the quest logs. */
  embark(quest: number, type: string, fields: Partial<EventLogged> = {}): Judgement {
    return this.event(type, { ...fields, quest: quest as QuestId });
  }

  ack(labor: string, by: string, note: string | null = null): Judgement {
    return this.command(labor, { kind: 'LaborAcknowledged', by, note });
  }

  assign(labor: string, to: string | null): Judgement {
    return this.command(labor, { kind: 'LaborAssigned', by: null, to, note: null });
  }

  waive(labor: string, by: string, reason: string): Judgement {
    return this.command(labor, { kind: 'LaborWaived', by, reason });
  }

  reopen(labor: string, by: string, reason: string): Judgement {
    return this.command(labor, { kind: 'LaborReopened', by, reason });
  }

  /** What abandoning the quest logs. */
  endQuest(quest: number, by: string, reason: string, kind: QuestEnd['kind'] = 'QuestEnded'): Judgement {
    const place = { host: 'h' as HostName, quest: quest as QuestId, recordedAt: this.now() };
    return this.judgement({ kind: 'host', entry: { kind, by, reason, ...place } });
  }

  /** What taking the host out of the quest logs. */
  leaveQuest(quest: number, by: string, reason: string | null = null): Judgement {
    const place = { host: 'h' as HostName, quest: quest as QuestId, recordedAt: this.now() };
    return this.judgement({ kind: 'host', entry: { kind: 'QuestLeft', by, reason, ...place } });
  }

  /** What claiming the host's open labors of the type logs. */
  claim(quest: number, type: string, from: 'none' | 'any' = 'none'): Judgement {
    const place = { host: 'h' as HostName, quest: quest as QuestId, recordedAt: this.now() };
    return this.judgement({
      kind: 'host',
      entry: { kind: 'LaborsClaimed', laborType: type as TypeName, from, by: null, ...place },
    });
  }

  adopt(labor: string, quest: number | null, by: string): Judgement {
    return this.command(labor, { kind: 'LaborAdopted', by, quest: quest as QuestId | null });
  }

  command(labor: string, command: LaborCommand): Judgement {
    const host = labor.slice(0, labor.indexOf('~')) as HostName;
    const place = { host, labor: labor as LaborId, recordedAt: this.now() };
    return this.judgement({ kind: 'host', entry: laborEntry(command, place) });
  }

  /** On the host `h` where no other is named. */
  attributes(set: Attributes, clear: readonly string[] = [], host = 'h'): Judgement {
    return this.onHost({ kind: 'HostAttributesSet', by: null, set, clear }, host);
  }

  retire(by: string, reason: string, host = 'h'): Judgement {
    return this.onHost({ kind: 'HostRetired', by, reason }, host);
  }

  /** A line of the inventory, which has the host. */
  imported(inventory: string, set: Attributes = {}, clear: readonly string[] = []): Judgement {
    return this.onHost({ kind: 'HostImported', by: null, inventory, set, clear }, 'h');
  }

  /** The inventory has the host no longer. */
  missing(inventory: string): Judgement {
    return this.onHost({ kind: 'HostMissing', by: null, inventory }, 'h');
  }

  redact(event: string, by: string, reason: string): Judgement {
    const host = event.slice(0, event.indexOf('~')) as HostName;
    const entry = { kind: 'EventRedacted', host, event: event as EventId, by, reason, recordedAt: this.now() } as const;
    return this.entry(entry);
  }

  /** Any entry of a host. */
  entry(entry: HostEntry): Judgement {
    return this.judgement({ kind: 'host', entry });
  }

  private onHost(command: HostCommand | InventoryCommand, host: string): Judgement {
    const entry = hostEntry(command, { host: host as HostName, recordedAt: this.now() });
    return this.judgement({ kind: 'host', entry });
  }

  /** Ids of all open labors of the host, oldest first. */
  open(host = 'h'): readonly string[] {
    return this.fold.states.get(host as HostName)?.open.map(({ id }) => id) ?? [];
  }

  labor(id: string): PlainLabor {
    const labor = this.fold.labors.get(id as LaborId);
    if (!labor) throw new Error(`no labor ${id}; there are ${[...this.fold.labors.keys()].join(', ')}`);
    return labor;
  }

  private now() {
    return instantOfMs(Date.UTC(2026, 0, 1) + this.steps.length * 1000)!;
  }

  private judgement(step: HistoryStep): Judgement {
    return this.apply(step)!;
  }

  private apply(step: HistoryStep): Judgement | undefined {
    this.steps.push(step);
    return this.fold.apply(step);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function split(name: string): readonly [category: string, state: string] {
  const hyphen = name.lastIndexOf('-');
  return [name.slice(0, hyphen), name.slice(hyphen + 1)];
}
