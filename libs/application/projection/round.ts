/** One round of projection: load documents, judge the next entries, write one batch. The rest needs another round. */
import {
  hostStream,
  positionOf,
  questStream,
  type BehindRecord,
  type HostDocument,
  type Position,
  type StoredEntry,
} from '#contracts';
import type { HostName, QuestId, TypeName } from '#domain';
import type { ReadJournal, StreamRead, ViewsLoaded, ViewsWriter } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { BatchWrite, type HostStep, type QuestStep, type WriteParts } from './batch-write.js';
import { addNeeded, loadedOf, type Loaded, type Needed } from '../folding/changes.js';
import { newDocument } from '../folding/host-document.js';
import { judgeHost, type JudgedHost } from '../folding/judge-host.js';
import { namesDocument } from '../folding/names-document.js';
import { questRecordAfter } from '../folding/quest-record.js';
import { ROUND_EFFECTS, type RoundShares } from '../folding/shares.js';
import { nextEntries, type Work } from './work.js';

export interface RoundParts extends WriteParts {
  readonly journal: ReadJournal;
  readonly views: ViewsWriter;
  readonly timeline: CatalogueTimeline;
  readonly generation: number;
  /** `batch`: hosts that are behind are ignored, and hosts are set behind. `behind`: only those are judged, and stay so. */
  readonly mode: 'batch' | 'behind';
  readonly shares: RoundShares;
  /** Called with every quest whose parts or record changed. */
  readonly touched: (quests: Iterable<QuestId>) => void;
  /** Called with the types of events that are stored and did nothing, and the position of their host's last entry among those judged with them. */
  readonly idle: (types: readonly TypeName[], last: Position) => void;
  /** Called with every host that is stored as behind and was not before. */
  readonly setBehind: (host: HostName) => void;
}

export interface RoundResult {
  /** The work that is not wholly in the views yet. */
  readonly left: Work;
  /** Whether something is left because another projector was faster. */
  readonly conflicts: boolean;
}

/** Most entries of one stream that are read for one round, where they did not come by themselves; and of all streams. */
const MISSING_PER_STREAM = 200;
const MISSING_PER_ROUND = 2000;

const NOTHING_LOADED = { labors: [], parts: [] };

export class Round {
  private readonly leftHosts = new Map<HostName, readonly StoredEntry[]>();
  private readonly leftQuests = new Map<QuestId, readonly StoredEntry[]>();

  constructor(private readonly parts: RoundParts) {}

  async run(work: Work): Promise<RoundResult> {
    const { views, generation, timeline } = this.parts;
    const stored = await this.stored(work);
    const steps = await this.judgeHosts(work.hosts, stored.hosts);
    const quests = await this.foldQuests(work.quests, stored.quests);
    const loaded = await this.changed(steps);
    const write = new BatchWrite(this.parts, loaded);
    for (const step of steps) write.addHost(step);
    for (const step of quests) write.addQuest(step);
    for (const { revision } of work.catalogue) write.addCatalogue(timeline.documentOf(revision));
    for (const stored of work.names) write.addNames(namesDocument(stored));
    write.addTimes(work.times);
    const { conflicts } = write.isEmpty ? { conflicts: [] } : await views.apply(generation, write.batch);
    const lost = new Set(conflicts);
    for (const { document, judged, behind } of steps) {
      const { host } = document;
      if (lost.has(host)) {
        this.leftHosts.set(host, work.hosts.get(host) ?? []);
        this.parts.shares.notWritten(host, judged.cost);
        continue;
      }
      if (judged.last !== undefined && !isSilent(document, judged)) this.parts.idle(judged.idle, judged.last.position);
      if (behind?.state === 'behind' && document.behind?.state !== 'behind') this.parts.setBehind(host);
    }
    this.parts.touched(write.quests);
    return {
      left: { hosts: this.leftHosts, quests: this.leftQuests, catalogue: [], names: [], times: [] },
      conflicts: conflicts.length > 0,
    };
  }

  /** The commit points: how far each host and quest is. */
  private async stored({ hosts, quests }: Work): Promise<Pick<ViewsLoaded, 'hosts' | 'quests'>> {
    const { views, generation } = this.parts;
    if (hosts.size === 0 && quests.size === 0) return { hosts: [], quests: [] };
    return views.load(generation, { hosts: [...hosts.keys()], quests: [...quests.keys()] });
  }

  private async judgeHosts(work: Work['hosts'], documentsStored: ViewsLoaded['hosts']): Promise<readonly HostStep[]> {
    if (work.size === 0) return [];
    const { timeline, shares, now } = this.parts;
    const stored = new Map(documentsStored.map((each) => [each.host, each]));
    const documents = [...work.keys()].map((host) => stored.get(host) ?? newDocument(host, now));
    const going = documents.filter((document) => this.isJudged(document));
    const entries = await this.complete(
      going.map(({ host, state }) => ({
        key: host,
        stream: hostStream(host),
        applied: state.revision,
        entries: work.get(host) ?? [],
      })),
      this.leftHosts,
    );
    const catalogueAt = ({ position }: StoredEntry): ReturnType<CatalogueTimeline['loadedAsOf']> =>
      timeline.loadedAsOf(position);
    const steps: HostStep[] = [];
    for (const document of going) {
      const { host, state } = document;
      const next = entries.get(host) ?? [];
      if (next.length === 0) continue;
      const allowance = shares.allowance(host);
      const judged = judgeHost(host, state, next, catalogueAt, allowance);
      const isUsedUp = judged.stopped !== undefined && shares.isUsedUp(host, allowance);
      shares.spent(host, judged.cost);
      if (judged.stopped !== undefined && !isUsedUp) {
        this.leftHosts.set(host, work.get(host) ?? []);
        if (judged.last === undefined) continue;
      }
      steps.push({ document, judged, behind: this.behindAfter(document, judged, isUsedUp) });
    }
    return steps;
  }

  /** A parked host waits; one in release is judged on (P4), and so is one that rejoins (P9). */
  private isJudged({ parked, behind }: HostDocument): boolean {
    if (this.parts.mode === 'behind') return behind?.state === 'behind';
    return parked?.state !== 'parked' && behind?.state !== 'behind';
  }

  private behindAfter(
    { behind, position }: HostDocument,
    { stopped, last }: JudgedHost,
    isUsedUp: boolean,
  ): BehindRecord | null {
    if (this.parts.mode === 'batch' && !isUsedUp) return behind;
    const next = stopped?.position ?? positionOf((last?.position ?? position) + 1n);
    const record = { state: 'behind', position: next, since: behind?.since ?? this.parts.now } as const;
    const silentTo = behind?.silentTo;
    return silentTo === undefined || next > silentTo ? record : { ...record, silentTo };
  }

  private async foldQuests(work: Work['quests'], stored: ViewsLoaded['quests']): Promise<readonly QuestStep[]> {
    if (work.size === 0) return [];
    const { now } = this.parts;
    const records = new Map(stored.map(({ quest, record }) => [quest, record]));
    const going = [...work.keys()].filter((quest) => records.get(quest)?.parked?.state !== 'parked');
    const entries = await this.complete(
      going.map((quest) => ({
        key: quest,
        stream: questStream(quest),
        applied: records.get(quest)?.revision ?? -1,
        entries: work.get(quest) ?? [],
      })),
      this.leftQuests,
    );
    let room = ROUND_EFFECTS;
    return going.flatMap((quest) => {
      const next = entries.get(quest) ?? [];
      const folded = questRecordAfter(quest, records.get(quest) ?? null, next, now, room);
      if (folded === undefined) return [];
      room -= folded.parts.length;
      const { revision, parked } = folded.record;
      const taken = parked?.state === 'parked' ? next : next.filter((entry) => entry.revision <= revision);
      if (taken.length < next.length) this.leftQuests.set(quest, work.get(quest) ?? []);
      return [{ ...folded, entries: taken }];
    });
  }

  /**
   * For each stream its next entries without a hole; missing ones are read from the journal (P3). Streams that need more
   * than one round are put into `left`.
   */
  private async complete<K>(
    streams: readonly {
      readonly key: K;
      readonly stream: string;
      readonly applied: number;
      readonly entries: readonly StoredEntry[];
    }[],
    left: Map<K, readonly StoredEntry[]>,
  ): Promise<ReadonlyMap<K, readonly StoredEntry[]>> {
    const complete = new Map<K, readonly StoredEntry[]>();
    const reads: (StreamRead & Pick<(typeof streams)[number], 'key' | 'entries'> & { readonly from: number })[] = [];
    let room = MISSING_PER_ROUND;
    for (const { key, stream, applied, entries } of streams) {
      const next = nextEntries(entries, applied);
      if (next.readTo === undefined) {
        complete.set(key, next.entries);
        continue;
      }
      const missing = next.readTo - applied;
      const limit = Math.min(missing, MISSING_PER_STREAM, room);
      room -= limit;
      if (missing > limit) left.set(key, entries);
      if (limit > 0) reads.push({ key, entries, stream, direction: 'forwards', from: applied + 1, limit });
    }
    if (reads.length === 0) return complete;
    const answers = await this.parts.journal.read(
      reads.map(({ stream, direction, from, limit }) => ({ stream, direction, from, limit })),
    );
    reads.forEach(({ key, entries, stream, from, limit }, index) => {
      const answer = answers[index];
      // where entries are large a call brings fewer of them
      if ((answer?.length ?? 0) < limit) left.set(key, entries);
      if (answer === undefined) return;
      if (answer[0]?.revision !== from) throw new Error(`the journal has shown entries of ${stream} that it now lacks`);
      complete.set(key, answer);
    });
    return complete;
  }

  /** The documents that the judgements change and do not make. */
  private async changed(steps: readonly HostStep[]): Promise<Loaded> {
    const { views, generation } = this.parts;
    const needed: Needed = { labors: [], laborsOf: [], chains: [], parts: [] };
    for (const { document, judged } of steps) addNeeded(needed, document.host, judged);
    const isNothing = Object.values(needed).every(({ length }) => length === 0);
    return loadedOf(needed, isNothing ? NOTHING_LOADED : await views.load(generation, needed));
  }
}

/** Whether what was judged is history (R14). */
function isSilent({ behind }: HostDocument, { last }: JudgedHost): boolean {
  return last !== undefined && behind?.silentTo !== undefined && last.position <= behind.silentTo;
}
