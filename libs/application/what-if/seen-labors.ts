/** What one fold of a host makes of its labors, as far as a comparison with another needs it: chain by chain. */
import { eventId, type FateId, type HostEffect, type HostName, type HostState } from '#domain';
import { newHost, type EventId, type LaborId, type QuestId, type Revision, type TypeName } from '#domain';

/** Why a labor is closed. */
export interface SeenClosing {
  readonly how: 'completed' | 'waived';
  /** The revision of the entry that closed it. */
  readonly entry: Revision;
  /** Null where a command did. */
  readonly event: EventId | null;
  readonly type: TypeName | null;
  readonly fate: FateId | null;
}

/** A labor as one fold has it. */
export interface SeenLabor {
  readonly id: LaborId;
  readonly type: TypeName;
  readonly quest: QuestId | null;
  readonly openedBy: { readonly event: EventId; readonly fate: FateId };
  /** Null while it is open. */
  readonly closed: SeenClosing | null;
}

/** The labors of one chain by the revision of the event that opened them: of a chain each event opens one at most. */
export type SeenChain = ReadonlyMap<Revision, SeenLabor>;

const NONE: SeenChain = new Map();

export class SeenLabors {
  private readonly chains: Map<LaborId, Map<Revision, SeenLabor>>;

  /** `like`: as another fold has them so far. */
  constructor(
    private readonly host: HostName,
    public state: HostState = newHost,
    like?: SeenLabors,
  ) {
    this.chains = new Map([...(like?.chains ?? [])].map(([chain, labors]) => [chain, new Map(labors)]));
  }

  /** Those of which it holds labors. */
  get held(): Iterable<LaborId> {
    return this.chains.keys();
  }

  get size(): number {
    return this.chains.size;
  }

  of(chain: LaborId): SeenChain {
    return this.chains.get(chain) ?? NONE;
  }

  /** Writes down the effects of the entry, and adds the chains that they change. `state` is the one after it. */
  take(effects: readonly HostEffect[], revision: Revision, state: HostState, changed: Set<LaborId>): void {
    this.state = state;
    for (const effect of effects) this.write(effect, revision, changed);
  }

  /** Whether no labor of the chain can change any more. One that was waived may be reopened for a while. */
  isOver(chain: LaborId): boolean {
    for (const { id, closed } of this.of(chain).values()) {
      if (closed === null) return false;
      if (closed.how === 'waived' && this.state.waived.some((labor) => labor.id === id)) return false;
    }
    return true;
  }

  forget(chain: LaborId, revision?: Revision): void {
    if (revision === undefined) this.chains.delete(chain);
    else this.chains.get(chain)?.delete(revision);
  }

  private write(effect: HostEffect, entry: Revision, changed: Set<LaborId>): void {
    switch (effect.kind) {
      case 'opened': {
        const { id, type, quest, chain } = effect.labor;
        const openedBy = { event: eventId(this.host, entry), fate: effect.fate };
        this.labors(chain).set(entry, { id, type, quest, openedBy, closed: null });
        changed.add(chain);
        break;
      }
      case 'closed': {
        const { labor, how, type, fate } = effect;
        const event = type === null ? null : eventId(this.host, entry);
        this.change(labor.chain, labor.id, { closed: { how, entry, event, type, fate } });
        changed.add(labor.chain);
        break;
      }
      case 'reopened':
        this.change(effect.labor.chain, effect.labor.id, { closed: null });
        break;
      case 'moved': {
        const { chain, quest } = effect.labor;
        for (const [revision, labor] of this.labors(chain)) this.labors(chain).set(revision, { ...labor, quest });
        break;
      }
      // of all others nothing is compared
      case 'absorbed':
      case 'acknowledged':
      case 'assigned':
      case 'noted':
      case 'joined':
      case 'left':
      case 'redacted':
    }
  }

  private change(chain: LaborId, id: LaborId, to: Pick<SeenLabor, 'closed'>): void {
    const labors = this.labors(chain);
    // the newest ones change
    for (const [revision, labor] of [...labors].reverse())
      if (labor.id === id) {
        labors.set(revision, { ...labor, ...to });
        return;
      }
  }

  private labors(chain: LaborId): Map<Revision, SeenLabor> {
    let labors = this.chains.get(chain);
    if (labors === undefined) this.chains.set(chain, (labors = new Map<Revision, SeenLabor>()));
    return labors;
  }
}
