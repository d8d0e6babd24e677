/** Sums over what documents were as of a place (R11): of a quest's parts, of a host's open labors, of all labors. Each takes documents one by one, in any order, and holds little. */
import { compareOpening, type HostName, type Instant, type LaborId, type OpenLabor, type TypeName } from '#domain';
import {
  EXPECTED_PART_POSITION,
  hasForgottenStays,
  partAsOf,
  staysOf,
  type HostCounts,
  type LaborDocument,
  type LastClosed,
  type PartDocument,
  type Staying,
  type Tally,
} from './documents/index.js';
import type { Position } from './position.js';
import { sumTallies, type TallyGroup } from './tallies.js';

/** A quest's parts as they were. */
export interface PastParts {
  readonly tally: Tally;
  /** Rule 21; `parked`: of the open ones those whose host was parked by then. */
  readonly hosts: HostCounts;
  /** The greatest entry by then after which a part had nothing open; null where none had. */
  readonly emptied: LastClosed | null;
  /** More entries up to the place may concern the quest: a host of it is behind before it, or was parked before its part came (P4, P9). */
  readonly behind: boolean;
  /** How many parts were looked at. */
  readonly looked: number;
  /** Of how many what they were is forgotten. */
  readonly forgetful: number;
}

export class PastPartsSum {
  private readonly groups = new Map<string, TallyGroup>();
  private emptied: LastClosed | null = null;
  private parked = 0;
  private behind = false;
  private looked = 0;
  private forgetful = 0;

  /** Of hosts: those parked by an entry up to the place, and those that are behind before it; `all`: too many to name. */
  constructor(
    private readonly at: Position,
    private readonly standing: {
      readonly parked: ReadonlySet<HostName>;
      readonly behind: ReadonlySet<HostName> | 'all';
    },
  ) {}

  add(document: PartDocument): void {
    this.looked += 1;
    const { part, isExact } = partAsOf(document, this.at);
    if (!isExact) this.forgetful += 1;
    if (part === undefined) return;
    const { host, tally, emptied, position } = part;
    const text = JSON.stringify(tally);
    this.groups.set(text, { tally, hosts: (this.groups.get(text)?.hosts ?? 0) + 1 });
    if (emptied !== null && (this.emptied === null || emptied.position > this.emptied.position)) this.emptied = emptied;
    const { parked, behind } = this.standing;
    if (behind === 'all' || behind.has(host)) this.behind = true;
    if (!parked.has(host)) return;
    if (tally.open > 0) this.parked += 1;
    if (position === EXPECTED_PART_POSITION) this.behind = true;
  }

  result(): PastParts {
    const { tally, counts } = sumTallies(this.groups.values());
    const { emptied, parked, behind, looked, forgetful } = this;
    return { tally, hosts: { ...counts, parked }, emptied, behind: tally.open === 0 && behind, looked, forgetful };
  }
}

/** What of a labor says when it was open in which quest, as which. */
export type PastLabor = Staying & Pick<LaborDocument, 'id' | 'type' | 'chain'>;

/** What was open on a host. */
export interface PastOpen {
  /** In the order opened. */
  readonly open: readonly OpenLabor[];
  /** How many labors were looked at. */
  readonly looked: number;
  /** Of how many when they were open, and in which quest, is forgotten in part. */
  readonly forgetful: number;
}

/** Takes the labors of one host. */
export class PastOpenSum {
  private readonly open: Omit<OpenLabor, 'earlier'>[] = [];
  /** Labors of each chain that went on. */
  private readonly chains = new Map<LaborId, number>();
  private looked = 0;
  private forgetful = 0;

  constructor(private readonly at: Position) {}

  add(labor: PastLabor): void {
    this.looked += 1;
    const { id, type, chain, opened } = labor;
    if (opened.position > this.at) return;
    if (id !== chain) this.chains.set(chain, (this.chains.get(chain) ?? 0) + 1);
    if (hasForgottenStays(labor)) this.forgetful += 1;
    const stay = stayAt(labor, this.at);
    if (stay !== undefined) this.open.push({ id, type, quest: stay.quest, chain });
  }

  result(): PastOpen {
    const { looked, forgetful } = this;
    const open = this.open
      .sort((one, other) => compareOpening(one.id, other.id))
      // of a chain the last is open, and the first is none that it went on with
      .map((labor) => ({ ...labor, earlier: this.chains.get(labor.chain) ?? 0 }));
    return { open, looked, forgetful };
  }
}

/** As of a place: how many labors there were by state, and what was open by type. */
export interface PastLabors {
  readonly labors: Readonly<Record<LaborDocument['state'], number>>;
  readonly openByType: readonly { readonly type: TypeName; readonly open: number; readonly oldest: Instant }[];
}

export class PastLaborsSum {
  private readonly labors = { open: 0, completed: 0, waived: 0 };
  private readonly types = new Map<TypeName, { readonly open: number; readonly oldest: Instant }>();

  constructor(private readonly at: Position) {}

  add(labor: Staying & Pick<LaborDocument, 'type' | 'state'>, openedAt: Instant): void {
    if (labor.opened.position > this.at) return;
    const { closed } = labor;
    if (stayAt(labor, this.at) !== undefined) this.count(labor.type, 'open', 1, openedAt);
    // what was open again later had been waived: nothing else is taken back
    else this.count(labor.type, closed !== null && closed.position <= this.at ? labor.state : 'waived', 1, openedAt);
  }

  /** Labors of one type and state then; `oldest`: when the first of them was opened. */
  count(type: TypeName, state: LaborDocument['state'], labors: number, oldest: Instant): void {
    this.labors[state] += labors;
    if (state !== 'open') return;
    const known = this.types.get(type) ?? { open: 0, oldest };
    this.types.set(type, { open: known.open + labors, oldest: oldest < known.oldest ? oldest : known.oldest });
  }

  /** What another sum of other labors came to. */
  addSum({ labors, openByType }: PastLabors): void {
    for (const { type, open, oldest } of openByType) this.count(type, 'open', open, oldest);
    this.labors.completed += labors.completed;
    this.labors.waived += labors.waived;
  }

  result(): PastLabors {
    const types = [...this.types].sort(([one], [other]) => (one < other ? -1 : 1));
    return { labors: { ...this.labors }, openByType: types.map(([type, each]) => ({ type, ...each })) };
  }
}

/** The time for which it was open at the place; undefined where it was not. */
function stayAt(labor: Staying, at: Position): ReturnType<typeof staysOf>[number] | undefined {
  return staysOf(labor).find(({ from, to }) => from.position <= at && (to === null || to.position > at));
}
