/**
 * R8: two stored generations of one journal, compared while projectors follow with both. A host or quest is compared where both are at
 * the same entry, entries of the catalogue and of the names up to where both are. Where digests say that a host is stored alike
 * nothing of it is read. What differs is named by host, labor, quest and field, and each generation has one hash over all that was
 * compared, which is the same where nothing differs.
 */
import { createHash } from 'node:crypto';
import { minPosition, START, viewsPosition, type Position } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { MAX_STORED_HOSTS, type Journal, type StoredDigest, type Views, type ViewsWriter } from '#ports';
import { sleep } from '../pauses.js';
import { hashOfQuest, SumOfHashes } from '../replay/canonical.js';
import { fieldsThatDiffer } from '../replay/differences.js';
import { followedPairs } from './compare-followed.js';
import { compareStoredHost } from './compare-stored-host.js';
import { storedCounts, storedQuests, type StoredQuestForms } from './compare-stored-quests.js';
import { Findings } from './findings.js';
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
  /** Gets how many hosts were compared so far. What it throws ends the call. */
  readonly moved?: (hosts: number) => void;
}

export interface ComparedGenerations {
  /** Without any, and with none left out, the generations are equal. */
  readonly findings: Findings;
  /** Compared. */
  readonly hosts: number;
  readonly quests: number;
  /** Quests whose numbers were compared. Those of others were not counted alike at any look: each side counts them again soon. */
  readonly counted: number;
  /** Entries of the catalogue and of the names. */
  readonly followed: number;
  /** Hosts and quests that were not at the same entry on both sides at any look. */
  readonly leftOut: number;
  /**
   * 64 hex digits each: the sum of a hash of each host, quest and entry of followed streams, in whatever order. They can be compared with
   * each other alone. That of a host is the digest of what the second generation stores of it, for both where these mean the same.
   */
  readonly hashes: readonly [live: string, folded: string];
}

/** How often a host or quest is looked at until both sides are at the same entry, and the first pause, which doubles: four seconds. */
const LOOKS = 7;
const FIRST_PAUSE_MS = 60;
/** Hosts or quests that are looked at again; of more at once the others are left out. */
const MOST_PENDING = 20_000;
/** Of each side; together no more than are read at once. */
const PAGE = MAX_STORED_HOSTS / 2;

/** Memory is bounded by a page of documents of each. Rejects with what `signal` gives where it aborts, and as the stores do. */
export function compareGenerations(parts: CompareGenerationsParts, signal: AbortSignal): Promise<ComparedGenerations> {
  return new GenerationsComparison(parts, signal).run();
}

type Both<T> = readonly [live: T, folded: T];

class GenerationsComparison {
  private readonly findings = new Findings();
  private readonly sums = [new SumOfHashes(), new SumOfHashes()] as const;
  /** Quests whose records were compared. */
  private readonly toCount: QuestId[] = [];
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
    const end = await this.reached();
    await this.compareFollowed('catalogue', (...page) => reader.catalogue(...page), end);
    await this.compareFollowed('names', (...page) => reader.names(...page), end);
    const hosts = this.keys<HostName>((...page) => writer.hostNames(...page));
    this.leftOut += await this.each(hosts, (some, isLast) => this.compareHosts(some, isLast));
    const quests = this.keys<QuestId>((...page) => writer.questNumbers(...page));
    this.leftOut += await this.each(quests, (some, isLast) => this.compareQuests(some, isLast));
    await this.each(pagesOf(this.toCount), (some) => this.compareCounts(some));
    return this.found();
  }

  private found(): ComparedGenerations {
    const [live, folded] = this.sums;
    const { findings, hosts, quests, counted, followed, leftOut } = this;
    return { findings, hosts, quests, counted, followed, leftOut, hashes: [live.hex, folded.hex] };
  }

  /** Up to here each has all entries of followed streams: they are stored before the progress that passes them. */
  private async reached(): Promise<Position> {
    const [live, folded] = await this.both((generation) => this.parts.views.writer.progress(generation));
    return minPosition(viewsPosition(live) ?? START, viewsPosition(folded) ?? START);
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

  /** Looks at all keys, and again at those for which `look` asks that. Answers how many are left after the last look. */
  private async each<K>(
    pages: AsyncIterable<readonly K[]> | Iterable<readonly K[]>,
    look: (keys: readonly K[], isLast: boolean) => Promise<readonly K[]>,
  ): Promise<number> {
    let pending: K[] = [];
    let leftOut = 0;
    for await (const keys of pages) {
      const again = await look(keys, false);
      if (pending.length + again.length <= MOST_PENDING) pending.push(...again);
      else leftOut += again.length;
    }
    for (let nth = 2; nth <= LOOKS && pending.length > 0; nth += 1) {
      await sleep(FIRST_PAUSE_MS * 2 ** (nth - 2), this.signal);
      const left: K[] = [];
      for (const keys of pagesOf(pending)) left.push(...(await look(keys, nth === LOOKS)));
      pending = left;
    }
    return leftOut + pending.length;
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
  private async compareHosts(hosts: readonly HostName[], isLast: boolean): Promise<readonly HostName[]> {
    this.signal.throwIfAborted();
    const { writer } = this.parts.views;
    const [live, folded] = await this.both((generation) => digestsOf(writer, generation, hosts));
    const again: HostName[] = [];
    for (const host of hosts) {
      const [one, other] = [live.get(host), folded.get(host)];
      if (one === undefined || other === undefined) continue;
      if (one.digest !== null && one.digest === other.digest) this.compared(other.digest, other.digest);
      else if (!isComparable(one, other, isLast) || !(await this.compareHost(one, other, isLast))) again.push(host);
    }
    this.parts.moved?.(this.hosts);
    return again;
  }

  /** False where it must be looked at again. */
  private async compareHost(live: StoredDigest, folded: StoredDigest, isLast: boolean): Promise<boolean> {
    const { host } = live;
    const { journal, views, generations } = this.parts;
    const differences = await compareStoredHost(
      host,
      { journal, views: views.writer, generations },
      isLast,
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

  private async compareQuests(quests: readonly QuestId[], isLast: boolean): Promise<readonly QuestId[]> {
    this.signal.throwIfAborted();
    const { views, generations } = this.parts;
    const { compared, again } = await storedQuests(quests, { ...views, generations }, isLast);
    for (const { quest, forms } of compared) {
      this.quests += 1;
      if (this.toCount.length < MOST_PENDING) this.toCount.push(quest);
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

function* pagesOf<K>(keys: readonly K[]): Generator<readonly K[]> {
  for (let begin = 0; begin < keys.length; begin += MAX_STORED_HOSTS) yield keys.slice(begin, begin + MAX_STORED_HOSTS);
}

/** At the last look, a host that one side lacks is compared with nothing. */
function isComparable(one: StoredDigest, other: StoredDigest, isLast: boolean): boolean {
  if (one.digest === null || other.digest === null) return false;
  if (one.revision < 0 || other.revision < 0) return isLast;
  return one.revision === other.revision;
}

function hashOf(stream: string, text: string): string {
  return createHash('sha256').update(`${stream} ${text}`).digest('hex');
}
