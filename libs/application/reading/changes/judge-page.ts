/**
 * Judges a page of changes by many questions. What these must know of hosts and quests is read once for all of them, and only of
 * labors that pass the rest of some question.
 */
import {
  partitionOf,
  questStream,
  START,
  turn,
  type LaborDocument,
  type PartitionProgress,
  type QuestDocument,
} from '#contracts';
import { noNames, type Catalogue, type HostName, type Instant, type LaborId, type QuestId } from '#domain';
import { MAX_QUERIED_HOSTS, type QueriedHostRow, type ViewsReader } from '#ports';
import type { NamesSource } from '../own-names.js';
import type { Change } from './change.js';
import { meets } from './held-labors.js';
import type { Beside, Facts, Judge, Needs } from './judge.js';

/** Judgements of a change by a question in one turn of the loop. */
const JUDGED_PER_TURN = 2000;
/** Quests that are asked for side by side. */
const QUESTS_AT_ONCE = 20;

export interface PageContext extends NamesSource {
  readonly views: Pick<ViewsReader, 'queriedHosts' | 'quest'>;
}

/** As of when a page is judged. `progress` was read before the page. */
export interface JudgedAt {
  readonly generation: number;
  readonly catalogue: Catalogue;
  readonly now: Instant;
  readonly progress: readonly PartitionProgress[];
}

export interface JudgedPage {
  readonly passing: ReadonlyMap<Judge, readonly Change[]>;
  /**
   * Labors whose host's or quest's document does not know yet what came before them, and what is missing. The judges that must
   * look at that have not judged them.
   */
  readonly early: ReadonlyMap<LaborDocument, Needs>;
}

/** `mostEarly`: with more that are early, labors are judged by what is known. */
export async function judgePage(
  context: PageContext,
  at: JudgedAt,
  changes: readonly Change[],
  judges: readonly Judge[],
  mostEarly: number,
): Promise<JudgedPage> {
  return judged(context, at, changes, judges, mostEarly, () => true);
}

/** The labors that were early, by those judges alone that look at what was missing; `mostEarly` as in {@link judgePage}. */
export async function judgeAgain(
  context: PageContext,
  at: JudgedAt,
  labors: readonly Change[],
  judges: readonly Judge[],
  missing: ReadonlyMap<LaborId, Needs>,
  mostEarly = labors.length,
): Promise<JudgedPage> {
  const looking = judges.filter(({ looksBeside }) => looksBeside);
  return judged(context, at, labors, looking, mostEarly, (judge, labor) => {
    const was = missing.get(labor.id);
    return was !== undefined && meets(judge.needs(labor), was);
  });
}

async function judged(
  context: PageContext,
  at: JudgedAt,
  changes: readonly Change[],
  judges: readonly Judge[],
  mostEarly: number,
  isConcerned: (judge: Judge, labor: LaborDocument) => boolean,
): Promise<JudgedPage> {
  const passing = new Map<Judge, readonly Change[]>();
  const early = new Map<LaborDocument, Needs>();
  if (changes.length === 0) return { passing, early };
  const { generation, catalogue, now } = at;
  const names = judges.some(({ asksForNames }) => asksForNames) ? await context.names.read(generation) : noNames;
  const facts: Facts = { catalogue, names, now };
  const looking = judges.filter(({ looksBeside }) => looksBeside);
  await inTurns(judges, changes.length, (judge) => {
    passing.set(judge, judge.candidates(changes, facts));
  });
  if (looking.length === 0) return { passing, early };
  for (const judge of looking)
    passing.set(
      judge,
      laborsOf(passing, judge, (labor) => isConcerned(judge, labor)),
    );
  const needed = new Needed();
  for (const judge of looking) needed.add(judge, passing.get(judge) ?? []);
  const known = await knownOf(context.views, generation, needed, at.progress);
  await inTurns(looking, changes.length, (judge) => {
    const passes = (labor: LaborDocument): boolean => {
      const { missing, ...beside } = known.beside(labor);
      const isEarly = meets(judge.needs(labor), missing) && (early.has(labor) || early.size < mostEarly);
      if (!isEarly) return judge.passes(labor, beside, facts);
      early.set(labor, missing);
      return false;
    };
    passing.set(judge, laborsOf(passing, judge, passes));
  });
  return { passing, early };
}

/** The judge's candidates without the labors that do not pass. */
function laborsOf(
  candidates: ReadonlyMap<Judge, readonly Change[]>,
  judge: Judge,
  passes: (labor: LaborDocument) => boolean,
): readonly Change[] {
  const changes = candidates.get(judge) ?? [];
  return changes.filter((change) => change.kind === 'quest' || passes(change.labor.labor));
}

async function inTurns(judges: readonly Judge[], changes: number, work: (judge: Judge) => void): Promise<void> {
  let judged = 0;
  for (const judge of judges) {
    work(judge);
    judged += changes;
    if (judged < JUDGED_PER_TURN) continue;
    judged = 0;
    await turn();
  }
}

/** The hosts and quests that are looked at. */
class Needed {
  readonly hosts = new Set<HostName>();
  readonly quests = new Set<QuestId>();

  add(judge: Judge, candidates: readonly Change[]): void {
    for (const change of candidates) {
      if (change.kind === 'quest') continue;
      const { labor } = change.labor;
      const { host, quest } = judge.needs(labor);
      if (host) this.hosts.add(labor.host);
      if (quest && labor.quest !== null) this.quests.add(labor.quest);
    }
  }
}

class Known {
  readonly hosts = new Map<HostName, QueriedHostRow>();
  readonly quests = new Map<QuestId, QuestDocument>();
  /** Looked up once for all judges. */
  private readonly byLabor = new Map<LaborDocument, KnownBeside>();

  constructor(
    private readonly needed: Needed,
    private readonly progress: readonly PartitionProgress[],
  ) {}

  beside(labor: LaborDocument): KnownBeside {
    const found = this.byLabor.get(labor);
    if (found !== undefined) return found;
    const host = this.hosts.get(labor.host);
    const quest = labor.quest === null ? undefined : this.quests.get(labor.quest);
    const beside = { host, quest, missing: this.missing(labor, host, quest) };
    this.byLabor.set(labor, beside);
    return beside;
  }

  /**
   * A host is written after its labors (P2); what its labor came from, as an attribute that was set before, is in its document no
   * sooner. A quest has accepted a host before the labor opens, but in another partition, which may be behind.
   */
  private missing(labor: LaborDocument, host: QueriedHostRow | undefined, quest: QuestDocument | undefined): Needs {
    const { needed, progress } = this;
    const isAccepted = (quest?.record?.state?.embarkedAt ?? null) !== null;
    return {
      host: needed.hosts.has(labor.host) && (host === undefined || host.position < labor.position),
      quest:
        labor.quest !== null &&
        needed.quests.has(labor.quest) &&
        !isAccepted &&
        progressOf(progress, questStream(labor.quest)) < labor.position,
    };
  }
}

interface KnownBeside extends Beside {
  /** What does not know yet what came before the labor, of what is looked at. */
  readonly missing: Needs;
}

async function knownOf(
  views: PageContext['views'],
  generation: number,
  needed: Needed,
  progress: readonly PartitionProgress[],
): Promise<Known> {
  const known = new Known(needed, progress);
  for (const some of pieces([...needed.hosts], MAX_QUERIED_HOSTS))
    for (const row of await views.queriedHosts(generation, some)) known.hosts.set(row.host, row);
  for (const some of pieces([...needed.quests], QUESTS_AT_ONCE)) {
    const found = await Promise.all(some.map((id) => views.quest(generation, id)));
    for (const quest of found) if (quest !== undefined) known.quests.set(quest.quest, quest);
  }
  return known;
}

function* pieces<T>(all: readonly T[], size: number): Generator<readonly T[], void> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

function progressOf(progress: readonly PartitionProgress[], stream: string): PartitionProgress['position'] {
  const partition = partitionOf(stream, progress.length);
  return progress.find((each) => each.partition === partition)?.position ?? START;
}
