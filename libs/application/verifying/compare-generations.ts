/**
 * R8: two stored generations of one journal, compared while projectors follow with both. A host or quest is compared where both are at
 * the same entry; what differs is named by host, labor, quest and field, and each generation has one hash over all that was compared,
 * which is the same where nothing differs.
 */
import { hostStream, inTurns, type Position, type QuestRecord } from '#contracts';
import type { HostName, QuestId, Revision } from '#domain';
import { MAX_STORED_HOSTS, type Journal, type Views, type ViewsWriter } from '#ports';
import { sleep } from '../pauses.js';
import {
  canonicalPlacedHost,
  canonicalQuest,
  formsOf,
  hashOfHost,
  hashOfQuest,
  placedBy,
  SumOfHashes,
  type CanonicalHost,
} from '../replay/canonical.js';
import { differencesOf, fieldsThatDiffer } from '../replay/differences.js';
import { changesOf } from './compare-quests.js';
import { Findings } from './findings.js';
import { readStoredHosts, signOf, type StoredHost } from './stored-hosts.js';

export interface CompareGenerationsParts {
  readonly journal: Pick<Journal, 'read'>;
  readonly views: { readonly reader: Pick<Views['reader'], 'questEntries'>; readonly writer: Reading };
  /** Numbers; what the first has is `live` of a difference, and what the other has, `folded`. */
  readonly generations: readonly [live: number, folded: number];
  /** Gets how many hosts were compared so far. What it throws ends the call. */
  readonly moved?: (hosts: number) => void;
}

type Reading = Pick<ViewsWriter, 'load' | 'laborsOf' | 'partsOf' | 'hostNames' | 'questNumbers'>;

export interface ComparedGenerations {
  /** Without any, and with none left out, the generations are equal. */
  readonly findings: Findings;
  /** Compared. */
  readonly hosts: number;
  readonly quests: number;
  /** Hosts and quests that were not at the same entry on both sides at any look. */
  readonly leftOut: number;
  /** 64 hex digits each; they can be compared with each other alone, since they say places by positions. */
  readonly hashes: readonly [live: string, folded: string];
}

/** How often a host or quest is looked at until both sides are at the same entry, and the first pause, which doubles: four seconds. */
const LOOKS = 7;
const FIRST_PAUSE_MS = 60;
/** Hosts or quests that are looked at again; of more at once the others are left out. */
const MOST_PENDING = 20_000;
/** Of each side; together no more than are read at once. */
const PAGE = MAX_STORED_HOSTS / 2;
const PAGE_ENTRIES = 500;

/** Memory is bounded by the documents of some hosts. Rejects with what `signal` gives where it aborts, and as the stores do. */
export function compareGenerations(parts: CompareGenerationsParts, signal: AbortSignal): Promise<ComparedGenerations> {
  return new GenerationsComparison(parts, signal).run();
}

type Both<T> = readonly [live: T, folded: T];

class GenerationsComparison {
  private readonly findings = new Findings();
  private readonly sums = [new SumOfHashes(), new SumOfHashes()] as const;
  private hosts = 0;
  private quests = 0;
  private leftOut = 0;

  constructor(
    private readonly parts: CompareGenerationsParts,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<ComparedGenerations> {
    const { writer } = this.parts.views;
    await this.each<HostName>(
      (generation, after) => writer.hostNames(generation, after, PAGE),
      (hosts, isLast) => this.compareHosts(hosts, isLast),
    );
    await this.each<QuestId>(
      (generation, after) => writer.questNumbers(generation, after, PAGE),
      (quests, isLast) => this.compareQuests(quests, isLast),
    );
    const [live, folded] = this.sums;
    const { findings, hosts, quests, leftOut } = this;
    return { findings, hosts, quests, leftOut, hashes: [live.hex, folded.hex] };
  }

  /** Looks at all keys that either side has, in their order, and again at those for which `look` asks that. */
  private async each<K extends string | number>(
    read: (generation: number, after: K | null) => Promise<readonly K[]>,
    look: (keys: readonly K[], isLast: boolean) => Promise<readonly K[]>,
  ): Promise<void> {
    let pending: K[] = [];
    for await (const keys of this.pages(read)) {
      const again = await look(keys, false);
      if (pending.length + again.length <= MOST_PENDING) pending.push(...again);
      else this.leftOut += again.length;
    }
    for (let nth = 2; nth <= LOOKS && pending.length > 0; nth += 1) {
      await sleep(FIRST_PAUSE_MS * 2 ** (nth - 2), this.signal);
      const left: K[] = [];
      for (let begin = 0; begin < pending.length; begin += MAX_STORED_HOSTS)
        left.push(...(await look(pending.slice(begin, begin + MAX_STORED_HOSTS), nth === LOOKS)));
      pending = left;
    }
    this.leftOut += pending.length;
  }

  /** The keys of both sides, each once, ascending. */
  private async *pages<K extends string | number>(
    read: (generation: number, after: K | null) => Promise<readonly K[]>,
  ): AsyncGenerator<readonly K[]> {
    for (let after: K | null = null; ;) {
      const pages: readonly (readonly K[])[] = await this.both((generation) => read(generation, after));
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

  /** Answers those to be looked at again; so does {@link compareQuests}. */
  private async compareHosts(hosts: readonly HostName[], isLast: boolean): Promise<readonly HostName[]> {
    this.signal.throwIfAborted();
    const { writer } = this.parts.views;
    const [live, folded] = await this.both((generation) => readStoredHosts(writer, generation, hosts));
    const again: HostName[] = [];
    for (const host of hosts) {
      const [one, other] = [live.get(host), folded.get(host)];
      if (one === undefined || other === undefined) continue;
      if (!isComparable(one, other, isLast) || !(await this.compareHost(host, one, other))) again.push(host);
    }
    this.parts.moved?.(this.hosts);
    return again;
  }

  /** False where they differ and one side was stored meanwhile: the two were of different moments. */
  private async compareHost(host: HostName, one: StoredHost, other: StoredHost): Promise<boolean> {
    const placed = (position: Position): object => ({ position: String(position) });
    const [live, folded] = [one, other].map((stored) => canonicalPlacedHost(host, stored, placed)) as [
      CanonicalHost,
      CanonicalHost,
    ];
    const hashes = [hashOfHost(live), hashOfHost(folded)] as const;
    const isEqual = hashes[0] === hashes[1];
    if (!isEqual && !(await this.areStill(host, one, other))) return false;
    this.hosts += 1;
    for (const [side, hash] of hashes.entries()) this.sums[side]?.add(hash);
    if (isEqual) return true;
    // by revisions, so that the first entry is known whose effects differ
    const placedAt = placedBy(await this.placesOf(host, Math.max(revisionOf(one), revisionOf(other))));
    const differences = await inTurns(differencesOf(formsOf(host, one, placedAt), formsOf(host, other, placedAt)));
    if (differences !== undefined) this.findings.addHost(differences);
    // places that are of no entry differ only as positions
    else this.findings.add({ host }, null, live, folded);
    return true;
  }

  private async areStill(host: HostName, ...sides: Both<StoredHost>): Promise<boolean> {
    const now = await this.both((generation) => readStoredHosts(this.parts.views.writer, generation, [host]));
    return sides.every((side, index) => {
      const stored = now[index]?.get(host);
      return stored?.state === side.state && signOf(stored) === signOf(side);
    });
  }

  /** Of the host's entries up to the revision. */
  private async placesOf(host: HostName, revision: Revision): Promise<readonly Position[]> {
    const places: Position[] = [];
    while (places.length <= revision) {
      this.signal.throwIfAborted();
      const limit = Math.min(PAGE_ENTRIES, revision + 1 - places.length);
      const [page = []] = await this.parts.journal.read([
        { stream: hostStream(host), direction: 'forwards', from: places.length, limit },
      ]);
      if (page.length === 0) break;
      for (const { position } of page) places.push(position);
    }
    return places;
  }

  private async compareQuests(quests: readonly QuestId[], isLast: boolean): Promise<readonly QuestId[]> {
    this.signal.throwIfAborted();
    const [live, folded] = await this.both((generation) => this.recordsOf(generation, quests));
    const again: QuestId[] = [];
    for (const quest of quests) {
      const [one, other] = [live.get(quest), folded.get(quest)];
      // known by marks alone
      if (one === undefined && other === undefined) continue;
      if (one === undefined || other === undefined) {
        if (isLast) this.addMissing(quest, one, other);
        else again.push(quest);
      } else if (one.revision === other.revision) await this.compareQuest(one, other);
      else again.push(quest);
    }
    return again;
  }

  private addMissing(quest: QuestId, ...sides: Both<QuestRecord | undefined>): void {
    const [live, folded] = sides.map((record) => record && canonicalQuest({ record, changes: [], parts: [] }));
    this.findings.add({ quest }, null, live, folded);
  }

  private async recordsOf(generation: number, wanted: readonly QuestId[]): Promise<ReadonlyMap<QuestId, QuestRecord>> {
    const { quests } = await this.parts.views.writer.load(generation, { quests: wanted });
    return new Map(quests.flatMap(({ quest, record }) => (record === null ? [] : [[quest, record] as const])));
  }

  private async compareQuest(one: QuestRecord, other: QuestRecord): Promise<void> {
    const { quest } = one;
    const { reader } = this.parts.views;
    const [first, second] = this.parts.generations;
    const [live, folded] = [
      canonicalQuest({ record: one, changes: await changesOf(one, { reader, generation: first }), parts: [] }),
      canonicalQuest({ record: other, changes: await changesOf(other, { reader, generation: second }), parts: [] }),
    ];
    this.quests += 1;
    this.sums[0].add(hashOfQuest(quest, live));
    this.sums[1].add(hashOfQuest(quest, folded));
    for (const { field, ...sides } of fieldsThatDiffer(live, folded))
      this.findings.add({ quest }, field, sides.live, sides.folded);
  }
}

/** At the last look, a host that one side lacks is compared with nothing. */
function isComparable(one: StoredHost, other: StoredHost, isLast: boolean): boolean {
  if (one.state !== 'settled' || other.state !== 'settled') return false;
  if (one.document === null || other.document === null) return isLast;
  return revisionOf(one) === revisionOf(other);
}

function revisionOf({ document }: StoredHost): Revision {
  return document?.state.revision ?? -1;
}
