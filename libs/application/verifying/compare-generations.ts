/**
 * R8: two stored generations of one journal, compared while projectors follow with both. A host or quest is compared where both are at
 * the same entry, and looked at again where they are not, for as long as that takes: what was found equal stays so. Entries of the
 * catalogue and of the names are compared up to where both are. Where digests say that a host is stored alike nothing of it is read. What differs is named by host, labor, quest and field, and each generation has one hash over all that was
 * compared, which is the same where nothing differs.
 */
import { createHash } from 'node:crypto';
import { minPosition, START, viewsPosition, type Position } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { MAX_STORED_HOSTS, type Journal, type StoredDigest, type Views, type ViewsWriter } from '#ports';
import { hashOfQuest, SumOfHashes } from '../replay/canonical.js';
import { fieldsThatDiffer } from '../replay/differences.js';
import { followedPairs } from './compare-followed.js';
import { compareStoredHost } from './compare-stored-host.js';
import { storedCounts, storedQuests, type StoredQuestForms } from './compare-stored-quests.js';
import { Findings } from './findings.js';
import { lookAtAll, type Looks } from './look-again.js';
import { digestsOf } from './stored-hosts.js';

export interface CompareGenerationsParts {
  readonly journal: Pick<Journal, 'read'>;
  readonly views: {
    readonly reader: Pick<Views['reader'], 'questEntries' | 'hostsBehind' | 'catalogue' | 'names'>;
    readonly writer: Pick<
      ViewsWriter,
      'load' | 'laborsOf' | 'partsOf' | 'digestsOf' | 'hostNames' | 'questNumbers' | 'progress'
    >;
  };
  /** Numbers; what the first has is `live` of a difference, and what the other has, `folded`. */
  readonly generations: readonly [live: number, folded: number];
  /** Gets now and then how many hosts or quests have held it up for some seconds; 0 once none does. */
  readonly left?: (keys: number) => void;
}

export interface ComparedGenerations {
  /** Without any the generations are equal. */
  readonly findings: Findings;
  /** Compared. */
  readonly hosts: number;
  readonly quests: number;
  /**
   * Quests whose numbers were compared. Those of others were not counted alike within some seconds, or hosts were behind: the numbers are
   * the sum of parts, which were compared, and each side counts them again.
   */
  readonly counted: number;
  /** Entries of the catalogue and of the names. */
  readonly followed: number;
  /** Where something differs: hosts and quests that were not at the same entry on both sides within some seconds. 0 elsewhere. */
  readonly leftOut: number;
  /**
   * 64 hex digits each: the sum of a hash of each host, quest and entry of followed streams, in whatever order. They can be compared with
   * each other alone. That of a host is the digest of what the second generation stores of it, for both where these mean the same.
   */
  readonly hashes: readonly [live: string, folded: string];
}

/** Of each side; together no more than are read at once. */
const PAGE = MAX_STORED_HOSTS / 2;

/**
 * It goes on until everything was compared at one entry or something differs: projectors bring on both sides meanwhile. Memory is
 * bounded by a page of documents of each, and the keys of what is looked at again. Rejects with what `signal` gives where it aborts, and as the
 * stores do.
 */
export function compareGenerations(parts: CompareGenerationsParts, signal: AbortSignal): Promise<ComparedGenerations> {
  return new GenerationsComparison(parts, signal).run();
}

type Both<T> = readonly [live: T, folded: T];

class GenerationsComparison {
  private readonly findings = new Findings();
  private readonly sums = [new SumOfHashes(), new SumOfHashes()] as const;
  private hosts = 0;
  private quests = 0;
  private counted = 0;
  private followed = 0;
  private leftOut = 0;

  constructor(
    private readonly parts: CompareGenerationsParts,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<ComparedGenerations> {
    const { writer, reader } = this.parts.views;
    const end = minPosition(...(await this.reached()));
    await this.compareFollowed('catalogue', (...page) => reader.catalogue(...page), end);
    await this.compareFollowed('names', (...page) => reader.names(...page), end);
    const hosts = (): AsyncGenerator<readonly HostName[]> => this.keys((...page) => writer.hostNames(...page));
    const quests = (): AsyncGenerator<readonly QuestId[]> => this.keys((...page) => writer.questNumbers(...page));
    this.leftOut += await this.each(hosts(), (some) => this.compareHosts(some));
    this.leftOut += await this.each(quests(), (some) => this.compareQuests(some));
    // what is counted all the time must not hold up what is right
    const counts = {
      look: (some: readonly QuestId[]) => this.compareCounts(some),
      goesOn: () => false,
      left: () => undefined,
    };
    await lookAtAll(quests(), counts, this.signal);
    return this.found();
  }

  private found(): ComparedGenerations {
    const [live, folded] = this.sums;
    const { findings, hosts, quests, counted, followed, leftOut } = this;
    return { findings, hosts, quests, counted, followed, leftOut, hashes: [live.hex, folded.hex] };
  }

  /**
   * Up to here each has everything: documents and entries of followed streams are stored before the progress that passes them. So it
   * is read before them.
   */
  private async reached(): Promise<Both<Position>> {
    const [live, folded] = await this.both((generation) => this.parts.views.writer.progress(generation));
    return [viewsPosition(live) ?? START, viewsPosition(folded) ?? START];
  }

  private async compareFollowed(
    stream: string,
    read: Parameters<typeof followedPairs>[0],
    end: Position,
  ): Promise<void> {
    for await (const pairs of followedPairs(read, this.parts.generations, end)) {
      this.signal.throwIfAborted();
      for (const { revision, texts, entries } of pairs) {
        this.followed += 1;
        for (const [side, text] of texts.entries()) if (text !== undefined) this.sums[side]?.add(hashOf(stream, text));
        if (texts[0] !== texts[1]) this.findings.add({ entry: revision }, stream, ...entries);
      }
    }
  }

  /** Answers how many are left out: none unless something differs. */
  private each<K>(pages: AsyncIterable<readonly K[]>, look: Looks<K>['look']): Promise<number> {
    const goesOn = (): boolean => this.findings.differences === 0;
    const left = (keys: number): void => this.parts.left?.(keys);
    return lookAtAll(pages, { look, goesOn, left }, this.signal);
  }

  /** The keys of both sides, each once, ascending. */
  private async *keys<K extends string | number>(
    read: (generation: number, after: K | null, limit: number) => Promise<readonly K[]>,
  ): AsyncGenerator<readonly K[]> {
    for (let after: K | null = null; ;) {
      const pages: readonly (readonly K[])[] = await this.both((generation) => read(generation, after, PAGE));
      // a page that is full says nothing of what comes behind it
      const ends = pages.flatMap((page) => (page.length < PAGE ? [] : page.slice(-1)));
      const end = ends.length === 0 ? undefined : ends.reduce((one, other) => (other < one ? other : one));
      const keys = [...new Set(pages.flat())].filter((key) => end === undefined || key <= end);
      yield keys.sort((one, other) => (one < other ? -1 : 1));
      if (end === undefined) return;
      after = end;
    }
  }

  private both<T>(read: (generation: number) => Promise<T>): Promise<Both<T>> {
    const [live, folded] = this.parts.generations;
    return Promise.all([read(live), read(folded)]);
  }

  /**
   * Answers those to be looked at again; so does {@link compareQuests}. Where what is stored has the same digest, it is the same, and
   * nothing of it is read; elsewhere it may be the same in another form.
   */
  private async compareHosts(hosts: readonly HostName[]): Promise<readonly HostName[]> {
    this.signal.throwIfAborted();
    const { writer } = this.parts.views;
    const reached = await this.reached();
    const [live, folded] = await this.both((generation) => digestsOf(writer, generation, hosts));
    const again: HostName[] = [];
    for (const host of hosts) {
      const [one, other] = [live.get(host), folded.get(host)];
      if (one === undefined || other === undefined) continue;
      if (one.digest !== null && one.digest === other.digest) this.compared(other.digest, other.digest);
      else if (!isComparable(one, other) || !(await this.compareHost(one, other, reached))) again.push(host);
    }
    return again;
  }

  /** False where it must be looked at again. */
  private async compareHost(live: StoredDigest, folded: StoredDigest, reached: Both<Position>): Promise<boolean> {
    const { host } = live;
    const { journal, views, generations } = this.parts;
    const differences = await compareStoredHost(
      host,
      { journal, views: views.writer, generations },
      reached,
      this.signal,
    );
    if (differences === undefined) return false;
    const { count, first } = differences;
    this.compared((count === 0 ? folded : live).digest, folded.digest);
    this.findings.addHost({ host, entry: first[0]?.entry ?? null, differences: first });
    this.findings.addMore(count - first.length);
    return true;
  }

  private compared(...hashes: Both<string | null>): void {
    this.hosts += 1;
    for (const [side, hash] of hashes.entries()) if (hash !== null) this.sums[side]?.add(hash);
  }

  private async compareQuests(quests: readonly QuestId[]): Promise<readonly QuestId[]> {
    this.signal.throwIfAborted();
    const { views, generations } = this.parts;
    const { compared, again } = await storedQuests(quests, { ...views, generations }, await this.reached());
    for (const { quest, forms } of compared) {
      this.quests += 1;
      this.compareForms({ quest, forms }, '');
    }
    return again;
  }

  private async compareCounts(quests: readonly QuestId[]): Promise<readonly QuestId[]> {
    this.signal.throwIfAborted();
    const { views, generations } = this.parts;
    const { compared, again } = await storedCounts(quests, { ...views, generations });
    for (const each of compared) {
      this.counted += 1;
      this.compareForms(each, 'recount.');
    }
    return again;
  }

  private compareForms({ quest, forms }: StoredQuestForms, fields: string): void {
    const [live, folded] = forms;
    for (const [side, form] of forms.entries()) if (form !== undefined) this.sums[side]?.add(hashOfQuest(quest, form));
    if (live === undefined || folded === undefined) {
      this.findings.add({ quest }, null, live, folded);
      return;
    }
    for (const { field, ...sides } of fieldsThatDiffer(live, folded))
      this.findings.add({ quest }, `${fields}${field}`, sides.live, sides.folded);
  }
}

/** Whether their documents may be read. Where one side lacks the host these say whether it must have it. */
function isComparable(one: StoredDigest, other: StoredDigest): boolean {
  if (one.digest === null || other.digest === null) return false;
  return one.revision < 0 || other.revision < 0 || one.revision === other.revision;
}

function hashOf(stream: string, text: string): string {
  return createHash('sha256').update(`${stream} ${text}`).digest('hex');
}
