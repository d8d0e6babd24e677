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
import { noNames, type Catalogue, type HostName, type Instant, type QuestId } from '#domain';
import { MAX_QUERIED_HOSTS, type QueriedHostRow, type ViewsReader } from '#ports';
import type { NamesSource } from '../own-names.js';
import type { Change } from './change.js';
import type { Beside, Facts, Judge } from './judge.js';

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
   * Labors whose host's or quest's document does not know yet what came before them: it is about to be written. The judges that must
   * look at it have not judged them.
   */
  readonly early: readonly LaborDocument[];
}

export async function judgePage(
  context: PageContext,
  at: JudgedAt,
  changes: readonly Change[],
  judges: readonly Judge[],
): Promise<JudgedPage> {
  const passing = new Map<Judge, readonly Change[]>();
  if (changes.length === 0) return { passing, early: [] };
  const { generation, catalogue, now } = at;
  const names = judges.some(({ asksForNames }) => asksForNames) ? await context.names.read(generation) : noNames;
  const facts: Facts = { catalogue, names, now };
  const looking = judges.filter(({ looksBeside }) => looksBeside);
  await inTurns(judges, changes.length, (judge) => {
    passing.set(judge, judge.candidates(changes, facts));
  });
  if (looking.length === 0) return { passing, early: [] };
  const needed = new Needed();
  for (const judge of looking) needed.add(judge, passing.get(judge) ?? []);
  const known = await knownOf(context.views, generation, needed);
  const early = new Set<LaborDocument>();
  await inTurns(looking, changes.length, (judge) => {
    const passes = (labor: LaborDocument): boolean => {
      const beside = known.beside(labor);
      if (!isEarly(labor, judge, beside, at.progress)) return judge.passes(labor, beside, facts);
      early.add(labor);
      return false;
    };
    const candidates = passing.get(judge) ?? [];
    passing.set(
      judge,
      candidates.filter((change) => change.kind === 'quest' || passes(change.labor.labor)),
    );
  });
  return { passing, early: [...early] };
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

  beside(labor: LaborDocument): KnownBeside {
    const found = this.byLabor.get(labor);
    if (found !== undefined) return found;
    const { host, quest } = labor;
    const beside = { host: this.hosts.get(host), quest: quest === null ? undefined : this.quests.get(quest) };
    this.byLabor.set(labor, beside);
    return beside;
  }
}

interface KnownBeside extends Beside {
  readonly host: QueriedHostRow | undefined;
}

async function knownOf(views: PageContext['views'], generation: number, needed: Needed): Promise<Known> {
  const known = new Known();
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

/**
 * A host is written after its labors (P2); what its labor came from, as an attribute that was set before, is in its document no
 * sooner. A quest has accepted a host before the labor opens, but in another partition, which may be behind.
 */
function isEarly(
  labor: LaborDocument,
  judge: Judge,
  { host, quest }: KnownBeside,
  progress: readonly PartitionProgress[],
): boolean {
  const needs = judge.needs(labor);
  if (needs.host && (host === undefined || host.position < labor.position)) return true;
  if (!needs.quest || labor.quest === null) return false;
  const isAccepted = (quest?.record?.state?.embarkedAt ?? null) !== null;
  return !isAccepted && progressOf(progress, questStream(labor.quest)) < labor.position;
}

function progressOf(progress: readonly PartitionProgress[], stream: string): PartitionProgress['position'] {
  const partition = partitionOf(stream, progress.length);
  return progress.find((each) => each.partition === partition)?.position ?? START;
}
