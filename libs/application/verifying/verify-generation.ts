/**
 * R9: a replay of the journal, judged against a generation that is served, without storing anything. What differs is found by
 * host, labor, quest and field: documents that say something else, that are missing, and that nothing in the journal accounts for.
 */
import type { HostDocument, Position, StoredEntry } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { MAX_STORED_HOSTS, type ReadJournal, type Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import type { FoldedQuest } from '../folding/quest-record.js';
import { sleep } from '../pauses.js';
import { judgeBucket, type BucketLimits, type BucketListener, type BucketParts } from '../replay/bucket.js';
import { canonicalText } from '../replay/canonical.js';
import { giveCatalogue, giveNames } from '../replay/followed-entries.js';
import type { HostLimits } from '../replay/host-fold.js';
import type { FoldedHost } from '../replay/listener.js';
import { split, type SplitParts } from '../replay/splitting/split.js';
import type { SplitFile } from '../replay/splitting/splitter.js';
import type { StoredSplit } from '../replay/splitting/stored-split.js';
import { ALONE_LIMITS, compareHosts, foldAlone, type ComparedHost, type CompareHostsParts } from './compare-hosts.js';
import { compareQuest } from './compare-quests.js';
import { Findings } from './findings.js';
import {
  MOST_NAMED,
  type LeftOutHost,
  type NotCompared,
  type VerifiedGeneration,
  type VerifyStep,
} from './verified-generation.js';
import { findUnaccountedHosts, findUnaccountedQuests, KnownHosts } from './unaccounted.js';

export interface VerifyGenerationParts extends Pick<SplitParts, 'folder' | 'bucketBytes' | 'mostBytes'> {
  readonly journal: ReadJournal;
  readonly views: Pick<Views, 'reader' | 'writer'>;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  readonly generation: number;
  /** The place up to which it is judged: one that the views have reached. */
  readonly end: Position;
  readonly run: BucketParts['run'];
  readonly limits?: BucketLimits;
  /** Of hosts that are judged alone; {@link ALONE_LIMITS} where absent. */
  readonly alone?: HostLimits;
  /**
   * Resolves once the next owner of an ended projector's partitions would have stored what that one left half written; after
   * {@link TAKEOVER_MS} where absent. Only then hosts whose documents are ahead of their own are compared as they are.
   */
  readonly takenOver?: (signal: AbortSignal) => Promise<void>;
  /** Gets how far it is. What it throws ends the call. */
  readonly moved?: (step: VerifyStep) => void;
}

/** Hosts that are compared at once: their documents are held in memory. */
const CHUNK = Math.min(50, MAX_STORED_HOSTS);
const FOLLOWED_PAGE = 500;
/** Longer than a session of the feed and the assignment after it. */
const TAKEOVER_MS = 60_000;
/** Hosts that are compared again after that, one by one; more of them count as moving. */
const MOST_AHEAD = 1000;

/**
 * The generation goes on being written and read. Memory is bounded as that of a replay is. Rejects with StreamUnreadable where the
 * catalogue or the names cannot be read up to the end, with GenerationGone where the generation is dropped meanwhile, with what
 * `signal` gives where it aborts, and as the stores and the disk do; nothing is left in the folder then.
 */
export function verifyGeneration(parts: VerifyGenerationParts, signal: AbortSignal): Promise<VerifiedGeneration> {
  return new GenerationVerification(parts, signal).run();
}

class GenerationVerification implements BucketListener {
  private readonly findings = new Findings();
  private readonly knownHosts = new KnownHosts();
  private readonly knownQuests = new Set<QuestId>();
  private readonly larges: HostName[] = [];
  /** What they were like. */
  private readonly ahead = new Map<HostName, string>();
  private readonly notCompared = { large: 0, behind: 0, moving: 0 };
  private readonly leftOut: LeftOutHost[] = [];
  private chunk: FoldedHost[] = [];
  private hosts = 0;
  private entries = 0;
  private total: number | null = null;
  private bytes = 0;
  private readonly comparing: CompareHostsParts;

  constructor(
    private readonly parts: VerifyGenerationParts,
    private readonly signal: AbortSignal,
  ) {
    const { journal, timeline, run, views, generation, clock } = parts;
    this.comparing = { journal, timeline, run, views: views.writer, generation, now: instantNow(clock) };
  }

  async run(): Promise<VerifiedGeneration> {
    const cut = await this.cut();
    try {
      await this.requireReadable();
      const { buckets, quests, names } = cut.content;
      for (const file of [...buckets, quests]) await this.judge(cut, file);
      for (const host of this.larges) await this.compareAlone(host);
      await this.compareCatalogue();
      await this.compareNames(cut, names);
    } finally {
      await cut.remove();
    }
    await this.compareAhead();
    await this.list();
    return {
      ...{ findings: this.findings, hosts: this.hosts, quests: this.knownQuests.size },
      ...{ notCompared: this.notCompared, leftOut: this.leftOut },
    };
  }

  host(folded: FoldedHost): void | Promise<void> {
    this.knownHosts.add(folded.document.host);
    this.chunk.push(folded);
    if (this.chunk.length >= CHUNK) return this.compareChunk();
  }

  large({ host }: HostDocument): void {
    this.knownHosts.add(host);
    this.larges.push(host);
  }

  async quest(folded: FoldedQuest): Promise<void> {
    this.signal.throwIfAborted();
    this.knownQuests.add(folded.record.quest);
    await compareQuest(folded, { ...this.comparing, reader: this.parts.views.reader }, this.findings);
  }

  private cut(): Promise<StoredSplit> {
    const { journal, folder, end, bucketBytes, mostBytes } = this.parts;
    const moved: SplitParts['moved'] = ({ entries, bytes, expectedBytes }) => {
      this.entries = entries;
      this.bytes = bytes;
      this.moved('splitting', expectedBytes === 0 ? 0 : bytes / expectedBytes);
    };
    const parts = { journal, folder, to: end, moved, mostBytes, ...(bucketBytes === undefined ? {} : { bucketBytes }) };
    return split(parts, this.signal);
  }

  /** Read once the end is fixed: so the catalogue is known up to there. */
  private async requireReadable(): Promise<void> {
    const unreadable = await this.parts.timeline.refreshReadable();
    if (unreadable !== null && unreadable.position <= this.parts.end) throw unreadable;
  }

  private async judge(cut: StoredSplit, file: SplitFile): Promise<void> {
    const { timeline, end, run, limits } = this.parts;
    const { now } = this.comparing;
    this.total ??= this.begun(cut);
    const judging = { timeline, end, now, withEvents: false, run, ...(limits && { limits }) };
    await judgeBucket(this.counted(cut, file), this, judging);
    await this.compareChunk();
    await cut.giveBack(file);
    this.bytes -= file.bytes;
    this.judged();
  }

  private begun({ content: { buckets, quests } }: StoredSplit): number {
    this.entries = 0;
    return [...buckets, quests].reduce((sum, { entries }) => sum + entries, 0);
  }

  private async *counted(cut: StoredSplit, file: SplitFile): AsyncGenerator<readonly StoredEntry[]> {
    for await (const page of cut.pages(file)) {
      this.signal.throwIfAborted();
      yield page;
      this.entries += page.length;
      this.judged();
    }
  }

  private judged(): void {
    this.moved('judging', this.entries / Math.max(1, this.total ?? 0));
  }

  private async compareChunk(): Promise<void> {
    const { chunk } = this;
    if (chunk.length === 0) return;
    this.chunk = [];
    for (const compared of await compareHosts(chunk, this.comparing, this.signal, this.ahead)) this.count(compared);
    this.judged();
  }

  private count(compared: ComparedHost): void {
    if (compared.kind === 'compared') {
      this.hosts += 1;
      if (compared.differences !== undefined) this.findings.addHost(compared.differences);
    } else if (compared.kind !== 'ahead') this.leaveOut(compared.host, compared.kind);
    else if (this.ahead.has(compared.host) || this.ahead.size >= MOST_AHEAD) this.leaveOut(compared.host, 'moving');
    else this.ahead.set(compared.host, compared.sign);
  }

  private leaveOut(host: HostName, why: keyof NotCompared): void {
    this.notCompared[why] += 1;
    if (this.leftOut.length < MOST_NAMED) this.leftOut.push({ host, why });
  }

  /** Its own document is read first: of a host that is too large nothing else is. */
  private async compareAlone(host: HostName): Promise<void> {
    const { end, views, generation, alone: limits = ALONE_LIMITS } = this.parts;
    const [document] = (await views.writer.load(generation, { hosts: [host] })).hosts;
    const isLarge = document !== undefined && document.state.revision >= limits.hostEntries;
    const folded = isLarge ? undefined : await foldAlone(host, { position: end, limits }, this.comparing, this.signal);
    if (folded === undefined) {
      this.leaveOut(host, 'large');
      return;
    }
    this.chunk.push(folded);
    await this.compareChunk();
  }

  private async compareAhead(): Promise<void> {
    const { takenOver = (signal: AbortSignal) => sleep(TAKEOVER_MS, signal) } = this.parts;
    if (this.ahead.size === 0) return;
    await takenOver(this.signal);
    for (const host of [...this.ahead.keys()]) await this.compareAlone(host);
  }

  private async compareCatalogue(): Promise<void> {
    const { timeline, end, views, generation } = this.parts;
    const pages = new Followed((from) => views.reader.catalogue(generation, from, FOLLOWED_PAGE));
    await giveCatalogue(timeline, { catalogue: (entry) => this.compareFollowed('catalogue', entry, pages) }, end);
  }

  private async compareNames(cut: StoredSplit, file: SplitFile): Promise<void> {
    const { end, views, generation } = this.parts;
    const pages = new Followed((from) => views.reader.names(generation, from, FOLLOWED_PAGE));
    await giveNames(cut.pages(file), { names: (entry) => this.compareFollowed('names', entry, pages) }, end);
  }

  private async compareFollowed(stream: string, entry: FollowedEntry, pages: Followed): Promise<void> {
    const live = await pages.at(entry.revision);
    const [one, other] = [live?.entry, entry.entry].map((each) => each && canonicalText(each));
    if (one === other) return;
    this.findings.add({ entry: entry.revision }, stream, live?.entry, entry.entry);
  }

  private async list(): Promise<void> {
    const { journal, views, generation, run } = this.parts;
    const parts = { journal, views: views.writer, generation, run };
    await findUnaccountedHosts(this.knownHosts, parts, this.findings, (looked) => {
      this.signal.throwIfAborted();
      this.moved('listing', Math.min(1, looked / Math.max(1, this.hosts)));
    });
    await findUnaccountedQuests(this.knownQuests, parts, this.findings);
    this.moved('listing', 1);
  }

  private moved(phase: VerifyStep['phase'], share: number): void {
    const { entries, total, hosts, bytes } = this;
    const { differences } = this.findings;
    this.parts.moved?.({ phase, share: Math.min(1, share), entries, total, hosts, differences, bytes });
  }
}

interface FollowedEntry {
  readonly revision: number;
  readonly entry: object;
}

/** The entries of a followed stream as the views have them, asked for in their order, page by page. */
class Followed {
  private page: readonly FollowedEntry[] = [];

  constructor(private readonly read: (from: number) => Promise<readonly FollowedEntry[]>) {}

  async at(revision: number): Promise<FollowedEntry | undefined> {
    const last = this.page.at(-1)?.revision ?? -1;
    if (revision > last) this.page = await this.read(revision);
    return this.page.find((entry) => entry.revision === revision);
  }
}
