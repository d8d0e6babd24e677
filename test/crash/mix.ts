/** Draws requests of every kind, in a mixture, from a seed: the same seed asks the same, as far as the answers allow. */
import { seededRandom } from '#testing';
import { definitionAsk, fileAsk, moveAsk, MOVED_AWAY, TYPES } from './mix-catalogue.js';
import { inventoryAsk } from './mix-inventories.js';
import type { Known } from './known.js';
import { bodyOf, ndjsonAsk, newAsk, type Ask, type AskedEvent } from './asks.js';
import { aliasAsk, formerAsk } from './mix-names.js';
import { cancelAsk } from './mix-operations.js';

/** Another request has abandoned the quest. */
const OVER = ['quest-abandoned'];
/** Hosts are being taken out of it while others, or labors, would join it. */
const BUSY = ['conflict'];

/** Enough hosts that a key is sent again well within its host's last 64 events (rule 24). */
const HOSTS = 300;
const FLEET = 1600;
const MANY = 60;

/** An alias takes effect within a second on every ingest. */
const EVERYWHERE_MS = 1500;

type Draw = (tag: string) => Ask | undefined;

export class Mix {
  private readonly random: () => number;
  private readonly drawn: readonly (readonly [weight: number, draw: Draw])[];
  private count = 0;
  private largeQuests = 0;
  private operations = 0;

  /** `round` sets its tags apart from those of other rounds. */
  constructor(
    private readonly round: number,
    seed: number,
    private readonly known: Known,
    /** Most events of one request, and most hosts of a large quest (0: none). */
    private readonly most: { readonly events: number; readonly fleet: number } = { events: MANY, fleet: FLEET },
  ) {
    this.random = seededRandom(seed);
    this.drawn = [
      [12, (tag) => this.single(tag, 'plain')],
      [12, (tag) => this.single(tag, 'keyed')],
      [8, (tag) => this.single(tag, 'once')],
      [6, (tag) => this.array(tag)],
      [5, (tag) => this.manyHosts(tag)],
      [4, (tag) => ndjsonAsk(tag, this.events(tag, this.most.events, true))],
      [3, (tag) => this.quest(tag)],
      [2, (tag) => this.questHosts(tag)],
      [2, (tag) => this.questClaimed(tag)],
      [2, (tag) => this.questHostsRemoved(tag)],
      [2, (tag) => this.questAmended(tag)],
      [1, (tag) => this.questAbandoned(tag)],
      [8, (tag) => this.labor(tag)],
      [3, (tag) => this.labors(tag)],
      [2, (tag) => this.laborsWhere(tag)],
      [2, (tag) => this.operationCancelled(tag)],
      [3, (tag) => this.hostsWhere(tag)],
      [2, (tag) => definitionAsk(tag, this.random)],
      [2, (tag) => moveAsk(tag, this.random)],
      [1, (tag) => fileAsk(tag, this.random)],
      [4, (tag) => this.attributes(tag)],
      [1, (tag) => this.retire(tag)],
      [1, (tag) => this.retireMany(tag)],
      [2, (tag) => this.redaction(tag)],
      [2, (tag) => aliasAsk(tag, this.host(), this.random)],
      [4, (tag) => formerAsk(tag, this.host(), this.type(), this.known.formers, this.random)],
      [3, (tag) => this.inventory(tag)],
    ];
  }

  next(): Ask {
    for (;;) {
      let left = this.random() * this.drawn.reduce((sum, [weight]) => sum + weight, 0);
      const [, draw] = this.drawn.find(([weight]) => (left -= weight) < 0) ?? this.drawn[0]!;
      const ask = draw(`r${this.round}-${(this.count += 1)}`);
      if (ask !== undefined) return ask;
    }
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private of<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  private host(): string {
    return `host-${this.below(HOSTS)}`;
  }

  private type(): string {
    const { category, state } = this.of(TYPES)!;
    return `${category}-${state}`;
  }

  private event(note: string, keyed: boolean): AskedEvent {
    const event = { type: this.type(), key: keyed ? note : null, note };
    const alias = this.random() < 0.1 ? this.of(this.known.aliases) : undefined;
    if (alias === undefined || Date.now() - alias.sinceMs < EVERYWHERE_MS) return { host: this.host(), ...event };
    return { host: alias.host, called: alias.name, ...event };
  }

  /** `keyed` undefined: some of them. */
  private events(tag: string, most: number, keyed?: boolean): readonly AskedEvent[] {
    return Array.from({ length: 1 + this.below(most) }, (_, index) =>
      this.event(`${tag}.${index}`, keyed ?? this.random() < 0.5),
    );
  }

  private single(tag: string, how: 'plain' | 'keyed' | 'once'): Ask {
    const event = this.event(tag, how === 'keyed');
    const effect = { kind: 'events', events: [event], listed: true } as const;
    const again = { repeatable: how === 'keyed', once: how === 'once' };
    return newAsk({ tag, path: '/events', body: bodyOf(event), effect, ...again });
  }

  private array(tag: string): Ask {
    const keyed = this.of([true, false, undefined]);
    const events = this.events(tag, this.most.events, keyed);
    const effect = { kind: 'events', events, listed: true } as const;
    const again = keyed === true ? { repeatable: true } : { once: this.random() < 0.5 };
    return newAsk({ tag, path: '/events', body: events.map(bodyOf), effect, ...again });
  }

  private manyHosts(tag: string): Ask {
    const { host: _, called: __, ...event } = this.event(tag, this.random() < 0.7);
    const first = this.below(HOSTS);
    const hosts = Array.from(
      { length: 1 + this.below(this.most.events) },
      (_, index) => `host-${(first + index) % HOSTS}`,
    );
    const effect = { kind: 'events', events: hosts.map((host) => ({ host, ...event })), listed: true } as const;
    const { key, ...common } = event;
    const body = { ...common, hosts, ...(key === null ? {} : { key }) };
    return newAsk({ tag, path: '/events', body, repeatable: key !== null, effect });
  }

  private quest(tag: string): Ask {
    const large = this.largeQuests === 0 && this.most.fleet > 0 && this.random() < 0.3;
    if (large) this.largeQuests += 1;
    const hosts = large ? numbered('fleet', 0, 1001 + this.below(this.most.fleet - 1001)) : this.someHosts();
    const type = this.of(['reboot-required', 'patch-required', 'disk-full'])!;
    const body = { type, hosts, description: tag };
    const again = { once: this.random() < 0.7, refusals: MOVED_AWAY };
    return newAsk({ tag, path: '/quests', body, ...again, effect: { kind: 'quest', hosts } });
  }

  private questHosts(tag: string): Ask | undefined {
    const quest = this.of(this.known.quests);
    if (quest === undefined) return undefined;
    const hosts = [...this.someHosts(), ...numbered(`added-${tag}`, 0, this.below(20))];
    const effect = { kind: 'quest-hosts', quest, hosts } as const;
    const again = { repeatable: true, refusals: [...OVER, ...BUSY, ...MOVED_AWAY] };
    return newAsk({ tag, path: `/quests/${quest}/hosts`, body: { hosts }, ...again, effect });
  }

  private questClaimed(tag: string): Ask | undefined {
    const quest = this.of(this.known.quests);
    if (quest === undefined) return undefined;
    const fleet = this.random() < 0.2 ? numbered('fleet', this.below(this.most.fleet), this.below(1500)) : [];
    const hosts = [...this.someHosts(), ...fleet];
    const effect = { kind: 'quest-claimed', quest, hosts } as const;
    const again = { repeatable: true, once: this.random() < 0.5, refusals: [...OVER, ...BUSY] };
    const body = { hosts, by: tag, from: this.of(['none', 'any']) };
    return newAsk({ tag, path: `/quests/${quest}/claim`, body, ...again, effect });
  }

  /** Some that are in it, some that are not, perhaps a part of the fleet. */
  private questHostsRemoved(tag: string): Ask | undefined {
    const quest = this.of(this.known.quests);
    if (quest === undefined) return undefined;
    const fleet = this.random() < 0.3 ? numbered('fleet', this.below(this.most.fleet), this.below(1500)) : [];
    const hosts = [...this.someHosts(), ...fleet];
    const effect = { kind: 'quest-hosts-removed', quest, hosts } as const;
    const again = { repeatable: true, once: this.random() < 0.5, refusals: [...OVER, ...BUSY] };
    return newAsk({ tag, path: `/quests/${quest}/hosts/remove`, body: { hosts, reason: tag }, ...again, effect });
  }

  private questAmended(tag: string): Ask | undefined {
    const quest = this.of(this.known.quests);
    if (quest === undefined) return undefined;
    const effect = { kind: 'quest-amended', quest } as const;
    const body = { creator: tag };
    return newAsk({ tag, method: 'PATCH', path: `/quests/${quest}`, body, repeatable: true, refusals: OVER, effect });
  }

  private questAbandoned(tag: string): Ask | undefined {
    const quest = this.of(this.known.quests);
    if (quest === undefined) return undefined;
    const effect = { kind: 'quest-abandoned', quest } as const;
    const again = { repeatable: true, once: this.random() < 0.5, refusals: OVER };
    return newAsk({ tag, path: `/quests/${quest}/abandon`, body: { reason: tag }, ...again, effect });
  }

  private labor(tag: string): Ask | undefined {
    const labor = this.of(this.known.labors);
    if (labor === undefined) return undefined;
    const { action, body } = this.command(tag);
    const effect = { kind: 'labors', labors: [labor], bulk: false } as const;
    const refusals = ['labor-not-open', 'cannot-reopen', ...OVER, ...BUSY];
    const once = this.random() < 0.5;
    return newAsk({ tag, path: `/labors/${labor}/${action}`, body, repeatable: true, once, refusals, effect });
  }

  private labors(tag: string): Ask | undefined {
    const labors = [...new Set(Array.from({ length: 10 }, () => this.of(this.known.labors)))];
    if (labors[0] === undefined) return undefined;
    const { action, body } = this.command(tag);
    const effect = { kind: 'labors', labors: labors as string[], bulk: true } as const;
    const again = { repeatable: true, once: this.random() < 0.5, refusals: [...OVER, ...BUSY] };
    return newAsk({ tag, path: `/labors/${action}`, body: { labors, ...body }, effect, ...again });
  }

  /** What else a round does may be undone by one of them, of as many labors as there are; the others are of a few hosts. */
  private laborsWhere(tag: string): Ask {
    const { action, body } = this.command(tag);
    const state = action === 'reopen' ? 'waived' : 'open';
    const where = { state, ...(this.isOperation() ? {} : { host: this.someHosts() }) };
    const again = { once: true, refusals: [...OVER, ...BUSY] };
    return newAsk({ tag, path: `/labors/${action}`, body: { where, ...body }, effect: { kind: 'found' }, ...again });
  }

  private hostsWhere(tag: string): Ask {
    const where = { host: this.isOperation() ? ['many-*', 'fleet-*'] : this.someHosts() };
    const body = { where, set: { tag }, clear: ['owner'] };
    return newAsk({ tag, path: '/hosts/attributes', body, effect: { kind: 'found' }, once: true });
  }

  private operationCancelled(tag: string): Ask | undefined {
    const operation = this.of(this.known.operations);
    return operation === undefined ? undefined : cancelAsk(tag, operation, this.random);
  }

  /** One a round finds all there are. */
  private isOperation(): boolean {
    if (this.operations > 0 || this.most.fleet === 0 || this.random() < 0.3) return false;
    this.operations += 1;
    return true;
  }

  private command(tag: string): { readonly action: string; readonly body: object } {
    return this.of([
      { action: 'ack', body: { by: 'crash', note: tag } },
      { action: 'assign', body: { to: tag } },
      { action: 'waive', body: { by: 'crash', reason: tag } },
      { action: 'reopen', body: { by: 'crash', reason: tag } },
      { action: 'note', body: { by: 'crash', text: tag } },
      // into a quest that may be embarking, completed or abandoned, and out of any
      { action: 'adopt', body: { by: tag, quest: this.random() < 0.8 ? (this.of(this.known.quests) ?? null) : null } },
    ])!;
  }

  private attributes(tag: string): Ask {
    const host = this.host();
    const effect = { kind: 'hosts', hosts: [host], bulk: false } as const;
    const body = { set: { tag, role: this.of(['web', 'db']) }, clear: [this.of(['role', 'owner'])] };
    const again = { repeatable: true, once: this.random() < 0.5 };
    return newAsk({ tag, path: `/hosts/${host}/attributes`, body, effect, ...again });
  }

  private retire(tag: string): Ask {
    const host = this.host();
    const effect = { kind: 'hosts', hosts: [host], bulk: false } as const;
    const again = { repeatable: true, once: this.random() < 0.5, refusals: ['host-unknown'] };
    return newAsk({ tag, path: `/hosts/${host}/retire`, body: { reason: tag }, effect, ...again });
  }

  private retireMany(tag: string): Ask {
    const hosts = [...new Set(Array.from({ length: 5 }, () => `host-${this.below(HOSTS)}`))];
    const effect = { kind: 'hosts', hosts, bulk: true } as const;
    const again = { repeatable: true, once: this.random() < 0.5 };
    return newAsk({ tag, path: '/hosts/retire', body: { hosts, reason: tag }, effect, ...again });
  }

  private inventory(tag: string): Ask {
    const earlier = this.random() < 0.5 ? this.known.inventories.shift() : undefined;
    return inventoryAsk(tag, this.someHosts(), earlier);
  }

  /** Of an event that a labor names. */
  private redaction(tag: string): Ask | undefined {
    const [event] = this.of(this.known.labors)?.split('.') ?? [];
    if (event === undefined) return undefined;
    const again = { repeatable: true, once: this.random() < 0.5 };
    return newAsk({
      tag,
      path: `/events/${event}/redact`,
      body: { reason: tag },
      effect: { kind: 'redacted', event },
      ...again,
    });
  }

  private someHosts(): readonly string[] {
    return numbered('host', this.below(HOSTS - 40), 1 + this.below(40));
  }
}

function numbered(name: string, first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${first + index}`);
}
