/** Turns moves into a history, one after another, with an eye on the model for what is open. */
import {
  hostEntry,
  laborEntry,
  instantOfMs,
  typeName,
  type CatalogueEntry,
  type EventId,
  type EventLogged,
  type EventTypeId,
  type FateId,
  type HostEntry,
  type HostName,
  type Instant,
  type LaborId,
  type QuestId,
  type TypeName,
} from '#domain';
import type { History, HistoryStep } from './history.js';
import { inventoryCommands } from './inventory-moves.js';
import { Model } from './model.js';
import {
  attributesOf,
  COMMANDS,
  PAIRS,
  type CatalogueMove,
  type HostMove,
  type Move,
  type NamesMove,
} from './moves.js';

/** Whose tokens entries are written with, in turns: for a while there are none. */
const PRINCIPALS = [undefined, 'agent', 'ann', 'ünï 😀', undefined] as const;

const BEGINNING_MS = Date.UTC(2026, 0, 1);

export function historyOf(moves: readonly Move[]): History {
  const historian = new Historian();
  for (const move of moves) historian.make(move);
  return { steps: historian.steps };
}

/** Entries as a journal could hold them: numbers and names of the catalogue are unique; all else is as the moves say. */
class Historian {
  readonly steps: HistoryStep[] = [];
  private readonly model = new Model();
  private readonly types: { readonly id: EventTypeId; readonly name: string; readonly pair: Pair }[] = [];
  private readonly fates: { readonly id: FateId; readonly creates: TypeName; readonly completedBy: TypeName }[] = [];
  private defined = { types: 0, fates: 0 };

  make(move: Move): void {
    switch (move.kind) {
      case 'type':
      case 'change type':
      case 'fate':
      case 'change fate':
        this.catalogueMove(move);
        break;
      case 'alias':
      case 'rules':
        this.namesMove(move);
        break;
      case 'event':
      case 'echo':
      case 'flood':
      case 'command':
      case 'end':
      case 'leave':
      case 'claim':
      case 'attributes':
      case 'retire':
      case 'inventories':
      case 'redact':
        this.hostMove(move);
    }
  }

  private get now(): Instant {
    return instantOfMs(BEGINNING_MS + this.steps.length * 1000)!;
  }

  private catalogue(entry: CatalogueEntry): void {
    this.step({ kind: 'catalogue', entry });
  }

  private host(entry: HostEntry): void {
    this.step({ kind: 'host', entry });
  }

  private namesMove(move: NamesMove): void {
    const signed = { by: 'admin', recordedAt: this.now };
    if (move.kind === 'rules') {
      const cut = move.cut ? ['lan' as HostName] : [];
      const domain = move.append ? ('example.com' as HostName) : null;
      this.step({ kind: 'names', entry: { kind: 'NameRulesSet', cut, domain, ...signed } });
      return;
    }
    const kind = move.given ? 'HostAliased' : 'HostAliasesRemoved';
    const names = [`host-${move.name}` as HostName];
    this.step({ kind: 'names', entry: { kind, host: `host-${move.host}` as HostName, names, ...signed } });
  }

  private step(step: HistoryStep): void {
    const principal = PRINCIPALS[this.steps.length % PRINCIPALS.length];
    const written = principal === undefined ? step : ({ ...step, entry: { ...step.entry, principal } } as HistoryStep);
    this.model.apply(written);
    this.steps.push(written);
  }

  private catalogueMove(move: CatalogueMove): void {
    const signed = { by: 'admin', recordedAt: this.now };
    if (move.kind === 'type') {
      const pair = PAIRS[move.pair]!;
      const [category, state] = pair;
      const name = `${category}-${state}`;
      if (this.types.some((type) => type.name === name)) return;
      const id = (this.defined.types += 1) as EventTypeId;
      this.types.push({ id, name, pair });
      const { restricted } = move;
      this.catalogue({ kind: 'EventTypeDefined', id, category, state, description: null, restricted, ...signed });
    } else if (move.kind === 'fate') {
      this.defineFate(move, signed);
    } else if (move.kind === 'change type') {
      const type = pick(this.types, move.of);
      if (!type) return;
      const kinds = { retire: 'EventTypeRetired', restore: 'EventTypeRestored', delete: 'EventTypeDeleted' } as const;
      if (move.how === 'delete') this.types.splice(this.types.indexOf(type), 1);
      if (move.how === 'amend') this.catalogue({ kind: 'EventTypeAmended', id: type.id, restricted: true, ...signed });
      else this.catalogue({ kind: kinds[move.how], id: type.id, ...signed });
    } else {
      const fate = pick(this.fates, move.of);
      if (!fate) return;
      const kinds = { retire: 'FateRetired', restore: 'FateRestored', delete: 'FateDeleted' } as const;
      if (move.how === 'delete') this.fates.splice(this.fates.indexOf(fate), 1);
      if (move.how === 'amend') this.catalogue({ kind: 'FateAmended', id: fate.id, actors: move.actors, ...signed });
      else this.catalogue({ kind: kinds[move.how], id: fate.id, ...signed });
    }
  }

  private defineFate(
    move: CatalogueMove & { readonly kind: 'fate' },
    signed: { readonly by: string; readonly recordedAt: Instant },
  ): void {
    const { intermediate, onRepeat, actors } = move;
    const before = move.linked ? pick(this.fates, move.creates) : undefined;
    const id = (this.defined.fates += 1) as FateId;
    const creates = before?.completedBy ?? nameOf(move.creates);
    const completedBy = nameOf(move.completedBy);
    const follows = intermediate && move.pinned && before ? before.id : null;
    this.fates.push({ id, creates, completedBy });
    const rule = { id, creates, completedBy, intermediate, follows, onRepeat };
    this.catalogue({ kind: 'FateDefined', ...rule, name: null, description: null, actors, ...signed });
  }

  private hostMove(move: HostMove): void {
    const host = `host-${move.host}` as HostName;
    if (move.kind === 'event') {
      this.event(host, move);
    } else if (move.kind === 'command') {
      this.command(host, move);
    } else if (move.kind === 'end') {
      const ended = { host, quest: move.quest as QuestId, recordedAt: this.now } as const;
      const kind = move.adopted ? 'QuestLaborsEnded' : 'QuestEnded';
      this.host({ kind, by: 'op', reason: `${move.quest}`, ...ended });
    } else if (move.kind === 'leave') {
      const left = { host, quest: move.quest as QuestId, recordedAt: this.now } as const;
      this.host({ kind: 'QuestLeft', by: 'op', reason: `${move.quest}`, ...left });
    } else if (move.kind === 'claim') {
      const [category, state] = this.pair(move.pair);
      const claimed = { host, quest: move.quest as QuestId, laborType: typeName(category, state) };
      const from = move.any ? 'any' : 'none';
      this.host({ kind: 'LaborsClaimed', by: 'op', from, ...claimed, recordedAt: this.now });
    } else if (move.kind === 'attributes' || move.kind === 'retire') {
      this.hostCommand(host, move);
    } else if (move.kind === 'inventories') {
      for (const command of inventoryCommands(move)) this.host(hostEntry(command, { host, recordedAt: this.now }));
    } else if (move.kind === 'redact') {
      this.redaction(host, move);
    } else {
      this.repeated(host, move);
    }
  }

  private repeated(host: HostName, move: HostMove & { readonly kind: 'echo' | 'flood' }): void {
    const quiet = { pair: move.pair, quest: null, key: 'none', lateByS: 0, note: null } as const;
    if (move.kind === 'flood') {
      for (let done = 0; done < move.events; done += 1) this.event(host, quiet);
      return;
    }
    this.event(host, { ...quiet, key: 'new' });
    for (let done = 0; done < move.between; done += 1) this.event(host, quiet);
    this.event(host, { ...quiet, key: 1 });
  }

  private event(host: HostName, move: Omit<HostMove & { readonly kind: 'event' }, 'kind' | 'host'>): void {
    const { pair, quest, key, lateByS, note } = move;
    const [category, state] = this.pair(pair);
    const recordedAt = this.now;
    const keyed = this.model.events.filter((event) => event.host === host && event.key !== null);
    const keys = { none: null, new: `key ${this.steps.length}` };
    const entry: EventLogged = {
      kind: 'EventLogged',
      host,
      type: typeName(category, state),
      category,
      state,
      at: instantOfMs(Date.parse(recordedAt) - lateByS * 1000)!,
      recordedAt,
      by: quest === null ? 'monitor' : null,
      key: typeof key === 'string' ? keys[key] : (keyed.at(-key)?.key ?? null),
      note,
      attributes: note === null ? null : { note, length: note.length, long: note.length > 3 },
      quest: quest as QuestId | null,
    };
    this.host(entry);
  }

  private pair(of: number): Pair {
    const literal = PAIRS[of];
    if (literal) return literal;
    const name = pick(
      this.fates.flatMap(({ creates, completedBy }) => [creates, completedBy]),
      of,
    );
    // where two pairs have the name, the one that is defined
    return this.types.find((type) => type.name === name)?.pair ?? pick(PAIRS, of)!;
  }

  private command(host: HostName, move: HostMove & { readonly kind: 'command' }): void {
    const all = this.model.labors.filter((labor) => labor.host === host);
    const meant = move.command === 'LaborReopened' ? 'waived' : 'open';
    const labors = move.stale ? all : all.filter(({ state }) => state === meant);
    const labor = pick(labors, move.of)?.id ?? (`${host}~${move.of}` as LaborId);
    this.host(laborEntry(COMMANDS[move.command](move.of), { host, labor, recordedAt: this.now }));
  }

  private redaction(host: HostName, { of, stale }: HostMove & { readonly kind: 'redact' }): void {
    const events = this.model.events.filter((event) => event.host === host);
    const event = (stale ? undefined : pick(events, of))?.id ?? (`${host}~${of}` as EventId);
    this.host({ kind: 'EventRedacted', event, by: 'op', reason: `${of}`, host, recordedAt: this.now });
  }

  private hostCommand(host: HostName, move: HostMove & { readonly kind: 'attributes' | 'retire' }): void {
    const place = { host, recordedAt: this.now };
    if (move.kind === 'retire') {
      this.host(hostEntry({ kind: 'HostRetired', by: 'op', reason: `${move.of}` }, place));
      return;
    }
    const clear = Array.from({ length: move.clear }, (_, n) => `name ${move.first + 5 + n}`);
    this.host(hostEntry({ kind: 'HostAttributesSet', by: 'op', set: attributesOf(move), clear }, place));
  }
}

type Pair = (typeof PAIRS)[number];

function nameOf(pair: number): TypeName {
  return PAIRS[pair]!.join('-') as TypeName;
}

function pick<T>(list: readonly T[], of: number): T | undefined {
  return list[of % list.length];
}
