/**
 * Releases parked hosts and quests (P4): marked `releasing`, read to the end of their stream, quests touched, and only then
 * unmarked. A projector that finds one marked, also after a restart, carries it through. One that an earlier build has parked at
 * an entry that this build reads is released by itself (R13). A host that was behind rejoins the same way (P9).
 */
import {
  hostStream,
  questStream,
  readsEntry,
  type HostDocument,
  type ParkRecord,
  type QuestRecord,
  type StoredEntry,
} from '#contracts';
import type { HostName, QuestId } from '#domain';
import { StoreUnavailable, type ReadJournal, type ViewsWriter } from '#ports';
import type { Log } from '../log.js';
import type { Released, Releases } from '../operating/operating.js';
import { sleep } from '../pauses.js';
import { SaidBefore } from '../said-before.js';
import type { Applier } from './applier.js';

export interface ReleaserParts {
  readonly journal: ReadJournal;
  readonly views: ViewsWriter;
  readonly applier: Pick<Applier, 'apply'>;
  readonly generation: number;
  readonly log: Log;
  readonly touched: (quests: Iterable<QuestId>) => void;
  /** Whether this projector owns the stream: the owner carries begun releases through. */
  readonly owns: (stream: string) => boolean;
}

/** How often it looks for releases that were begun and not ended. */
const RESUME_EVERY_MS = 5000;
const PAGE_ENTRIES = 200;
const PAGE_QUESTS = 200;
/** What is said of looking itself: no host or quest is called so. */
const LOOKING = '';
/** Compare-and-sets lost in a row before the operator is asked to try again. */
const MAX_LOST = 50;

export class Releaser implements Releases {
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  /** What it looks at comes again every few seconds. */
  private readonly said = new SaidBefore();

  constructor(private readonly parts: ReleaserParts) {}

  /** Marks the host and carries its release through. */
  async releaseHost(host: HostName): Promise<Released> {
    for (let lost = 0; lost < MAX_LOST; lost += 1) {
      const document = await this.host(host);
      const parked = document?.parked ?? null;
      if (document === undefined || parked === null) return { kind: 'not-parked' };
      if (parked.state === 'releasing' || (await this.store({ ...document, parked: releasing(parked) }))) {
        return this.finishHost(host);
      }
    }
    throw new Error(`${host} changes all the time; try again`);
  }

  /** Marks the quest and carries its release through. */
  async releaseQuest(quest: QuestId): Promise<Released> {
    const record = await this.record(quest);
    const parked = record?.parked ?? null;
    if (record === undefined || parked === null) return { kind: 'not-parked' };
    await this.storeRecord({ ...record, parked: releasing(parked) });
    return this.finishQuest(quest);
  }

  /**
   * From now on carries unfinished releases of our own streams through, whichever process began them, and begins those that no
   * operator needs to ask for (R13): at once, and every few seconds.
   */
  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      let isWhole = false;
      try {
        await this.resume();
        isWhole = true;
      } catch (error) {
        if (!this.said.isRepeat(LOOKING, String(error)))
          this.parts.log.warn('unfinished releases cannot be found; it will be tried again', { err: error });
      }
      this.said.looked(isWhole);
      await sleep(RESUME_EVERY_MS, signal);
    }
  }

  private async resume(): Promise<void> {
    const { views, generation } = this.parts;
    for (let after: HostName | null = null; ;) {
      const page: Awaited<ReturnType<ViewsWriter['parkedHosts']>> = await views.parkedHosts(
        generation,
        after,
        PAGE_QUESTS,
      );
      for (const { host, parked } of page) {
        if (!this.parts.owns(hostStream(host))) continue;
        if (parked.state === 'releasing') await this.attempt(host, () => this.finishHost(host));
        else if (this.isReadNow(host, parked)) await this.attempt(host, () => this.releaseHost(host));
      }
      after = page.at(-1)?.host ?? null;
      if (page.length < PAGE_QUESTS) break;
    }
    for (let after: QuestId | null = null; ;) {
      const page: Awaited<ReturnType<ViewsWriter['parkedQuests']>> = await views.parkedQuests(
        generation,
        after,
        PAGE_QUESTS,
      );
      for (const { quest, parked } of page) {
        if (!this.parts.owns(questStream(quest))) continue;
        const name = `quest-${quest}`;
        if (parked.state === 'releasing') await this.attempt(name, () => this.finishQuest(quest));
        else if (this.isReadNow(name, parked)) await this.attempt(name, () => this.releaseQuest(quest));
      }
      after = page.at(-1)?.quest ?? null;
      if (page.length < PAGE_QUESTS) break;
    }
  }

  /**
   * R13: whether a build that reads less has parked it. It cannot be parked again for the same reason here, so it is released
   * once, however often this is asked.
   */
  private isReadNow(name: string, { unread, revision }: ParkRecord): boolean {
    if (unread === undefined || !readsEntry(unread)) return false;
    if (!this.said.isRepeat(`read ${name}`, String(revision)))
      this.parts.log.info('what is parked is released, since this build reads its entry', {
        name,
        revision,
        ...unread,
      });
    return true;
  }

  /** One that cannot be ended now does not hold up the others: the next round tries it again. */
  private async attempt(name: string, finish: () => Promise<unknown>): Promise<void> {
    if (this.isEnding()) return;
    try {
      await finish();
    } catch (error) {
      if (this.isEnding() || this.said.isRepeat(name, String(error))) return;
      this.parts.log.warn('a release could not be finished; it will be tried again', { name, err: error });
    }
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  /** Of a host that is marked `releasing` or `rejoining`. `behind`: it needs more than its share, and is brought on apart. */
  async finishHost(host: HostName): Promise<Released> {
    for (let lost = 0; lost < MAX_LOST; lost += 1) {
      await this.applyRest(hostStream(host), async () => (await this.host(host))?.state.revision);
      const document = await this.host(host);
      const { parked = null, behind = null } = document ?? {};
      if (document === undefined || (parked === null && behind === null)) return { kind: 'released' };
      if (parked?.state === 'parked') return { kind: 'still-parked', parked };
      if (behind?.state === 'behind') return { kind: 'behind' };
      // a count that sees the host behind leaves its quest open: the touch that has it counted again comes after
      if (behind?.state === 'rejoining') {
        await this.store({ ...document, behind: { ...behind, state: 'rejoined' } });
        continue;
      }
      await this.touchQuestsOf(host);
      // an entry that came meanwhile was applied by the projector that got it: a host that is being released is not ignored
      if (await this.store({ ...document, parked: null, behind: null })) return { kind: 'released' };
    }
    throw new Error(`${host} changes all the time; try again`);
  }

  private async finishQuest(quest: QuestId): Promise<Released> {
    for (let lost = 0; lost < MAX_LOST; lost += 1) {
      await this.applyRest(questStream(quest), async () => (await this.record(quest))?.revision);
      const record = await this.record(quest);
      const parked = record?.parked ?? null;
      if (record === undefined || parked === null) return { kind: 'released' };
      if (parked.state === 'parked') return { kind: 'still-parked', parked };
      // not stored where an entry came meanwhile: then the next look finds it still marked
      await this.storeRecord({ ...record, parked: null });
    }
    throw new Error(`quest ${quest} changes all the time; try again`);
  }

  /** Applies the rest of the stream; it ends early where the host or quest is parked again, or behind. */
  private async applyRest(stream: string, applied: () => Promise<number | undefined>): Promise<void> {
    const { journal, applier } = this.parts;
    for (let before: number | undefined; ;) {
      const revision = (await applied()) ?? -1;
      if (revision === before) return;
      if (this.ending.signal.aborted)
        throw new StoreUnavailable('views', 'Hermes is stopping: the release goes on after it');
      before = revision;
      const [page = []]: (readonly StoredEntry[])[] = [
        ...(await journal.read([{ stream, direction: 'forwards', from: revision + 1, limit: PAGE_ENTRIES }])),
      ];
      // later entries are judged by the projector that gets them
      if (page.length === 0) return;
      // the progress may be another process's: whatever is applied here counts as late
      await applier.apply(page, {});
    }
  }

  /** P6: marks do not show commits below the progress. */
  async touchQuestsOf(host: HostName): Promise<void> {
    const { views, generation, touched } = this.parts;
    for (let after: QuestId | null = null; ;) {
      const quests: readonly QuestId[] = await views.questsOfHost(generation, host, after, PAGE_QUESTS);
      if (quests.length > 0) await views.apply(generation, { touches: quests });
      touched(quests);
      after = quests.at(-1) ?? null;
      if (quests.length < PAGE_QUESTS) return;
    }
  }

  private async host(host: HostName): Promise<HostDocument | undefined> {
    const {
      hosts: [document],
    } = await this.parts.views.load(this.parts.generation, { hosts: [host] });
    return document;
  }

  private async record(quest: QuestId): Promise<QuestRecord | undefined> {
    const {
      quests: [document],
    } = await this.parts.views.load(this.parts.generation, { quests: [quest] });
    return document?.record ?? undefined;
  }

  private async store(document: HostDocument): Promise<boolean> {
    const { views, generation } = this.parts;
    // a host of which nothing was applied is kept: it exists
    const { conflicts } = await views.apply(generation, { hosts: [document] });
    return conflicts.length === 0;
  }

  private async storeRecord(record: QuestRecord): Promise<void> {
    await this.parts.views.apply(this.parts.generation, {
      quests: [record],
      touches: [record.quest],
      published: 'late',
    });
    this.parts.touched([record.quest]);
  }
}

function releasing(record: ParkRecord): ParkRecord {
  return { ...record, state: 'releasing' };
}
