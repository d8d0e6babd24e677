/**
 * R8: one host as two generations store it, compared document by document while projectors follow with both. Pages of both sides are
 * read side by side, and of what differs the first is kept: memory does not grow with the host's labors.
 */
import {
  EXPECTED_PART_POSITION,
  hostStream,
  inOneTurn,
  inTurns,
  type HostDocument,
  type LaborDocument,
  type PartDocument,
  type Position,
  type Steps,
} from '#contracts';
import type { HostName, LaborId } from '#domain';
import type { Journal, StoredPartKey, ViewsWriter } from '#ports';
import {
  canonicalDocument,
  canonicalLabor,
  canonicalPart,
  canonicalText,
  placedBy,
  type Canonical,
  type Placed,
} from '../replay/canonical.js';
import {
  byEntry,
  documentDifferences,
  hostDifferences,
  type Difference,
  type InDocument,
} from '../replay/differences.js';
import { MOST_EXAMPLES } from './findings.js';
import { isAbsentYet, paired, type Pair } from './paired.js';

export interface CompareStoredHostParts {
  readonly journal: Pick<Journal, 'read'>;
  readonly views: Pick<ViewsWriter, 'load' | 'laborsOf' | 'partsOf'>;
  readonly generations: readonly [live: number, folded: number];
}

export interface StoredHostDifferences {
  /** All there are. */
  readonly count: number;
  /** The first {@link MOST_EXAMPLES} of them, by their entries. */
  readonly first: readonly Difference[];
}

const PAGE_ENTRIES = 500;

/**
 * Undefined where the two are not of one moment: one side was stored meanwhile or is half stored (P2), or they are at different
 * revisions, or one side has no document of the host and need not have it yet: `reached`, the progress of each as it was read before
 * this call, has not come to the entry of the other's. Then one has to look again. Rejects with what `signal` gives where it aborts,
 * and as the stores do.
 */
export function compareStoredHost(
  host: HostName,
  parts: CompareStoredHostParts,
  reached: readonly [live: Position, folded: Position],
  signal: AbortSignal,
): Promise<StoredHostDifferences | undefined> {
  return new StoredHostComparison(host, parts, signal).run(reached);
}

type Both<T> = readonly [live: T, folded: T];
type Form<T> = (document: T, placed: Placed) => Canonical;

/** Two folds of one journal are alike whatever stands for a place: its value costs no look at the journal. */
const asPosition: Placed = (position) => ({ position: String(position) });

class StoredHostComparison {
  private count = 0;
  private found: Difference[] = [];
  private placed: Placed | undefined;
  private hosts: Both<HostDocument | undefined> = [undefined, undefined];

  constructor(
    private readonly host: HostName,
    private readonly parts: CompareStoredHostParts,
    private readonly signal: AbortSignal,
  ) {}

  async run(reached: Both<Position>): Promise<StoredHostDifferences | undefined> {
    const before = await this.documents();
    const [live, folded] = before;
    this.hosts = before;
    if (isAbsentYet(live, folded, reached)) return undefined;
    if (live !== undefined && folded !== undefined && live.state.revision !== folded.state.revision) return undefined;
    await this.compareOwn();
    const isSettled = (await this.compareLabors()) && (await this.compareParts());
    if (!isSettled) return undefined;
    // both were the same from before their documents were read until now
    const after = await this.documents();
    if (before.some((document, side) => document?.version !== after[side]?.version)) return undefined;
    return { count: this.count, first: this.found.sort(byEntry).slice(0, MOST_EXAMPLES) };
  }

  private both<T>(read: (generation: number) => Promise<T>): Promise<Both<T>> {
    const [live, folded] = this.parts.generations;
    return Promise.all([read(live), read(folded)]);
  }

  private documents(): Promise<Both<HostDocument | undefined>> {
    const { host, parts } = this;
    return this.both(async (generation) => (await parts.views.load(generation, { hosts: [host] })).hosts[0]);
  }

  private async compareOwn(): Promise<void> {
    const form = (document: HostDocument | undefined, placed: Placed): Canonical | null =>
      document === undefined ? null : canonicalDocument(document, placed);
    const [live, folded] = this.hosts;
    await this.note({ labor: null, quest: null }, (placed) =>
      hostDifferences(form(live, placed), form(folded, placed)),
    );
  }

  /** Whether no labor is of an entry that its host does not have yet; so of parts. */
  private async compareLabors(): Promise<boolean> {
    const { host, parts } = this;
    const lists = parts.generations.map((generation) => ({
      read: (after: LaborId | null) => parts.views.laborsOf(generation, [host], after),
    }));
    const order = (one: LaborDocument, other: LaborDocument): number =>
      one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
    for await (const pairs of paired(lists, order)) {
      if (pairs.some((pair) => this.isAhead(pair))) return false;
      for (const pair of await this.differing(pairs, canonicalLabor))
        await this.notePair({ labor: (pair[0] ?? pair[1])?.id ?? null, quest: null }, pair, canonicalLabor);
    }
    return true;
  }

  private async compareParts(): Promise<boolean> {
    const { host, parts } = this;
    const lists = parts.generations.map((generation) => ({
      read: (after: StoredPartKey | null) => parts.views.partsOf(generation, [host], after),
    }));
    for await (const pairs of paired(lists, (one, other) => one.quest - other.quest)) {
      if (pairs.some((pair) => this.isAhead(pair))) return false;
      for (const pair of await this.differing(pairs.map(judgedOf), canonicalPart)) {
        if (isExpectedAlone(pair) && !(await this.isLacking(pair))) return false;
        await this.notePair({ labor: null, quest: (pair[0] ?? pair[1])?.quest ?? null }, pair, canonicalPart);
      }
    }
    return true;
  }

  /** Of a page those that differ, in turns with other work. */
  private async differing<T>(pairs: readonly Pair<T>[], form: Form<T>): Promise<readonly Pair<T>[]> {
    this.signal.throwIfAborted();
    return inTurns(differingSteps(pairs, form));
  }

  private async notePair<T>(
    subject: Pick<Difference, 'labor' | 'quest'>,
    [live, folded]: Pair<T>,
    form: Form<T>,
  ): Promise<void> {
    await this.note(subject, (placed) =>
      documentDifferences(live && form(live, placed), folded && form(folded, placed)),
    );
  }

  /** Said by revisions, so that the first entry is known whose effects differ; by positions where these are of no entry. */
  private async note(
    subject: Pick<Difference, 'labor' | 'quest'>,
    compare: (placed: Placed) => readonly InDocument[],
  ): Promise<void> {
    const differing = await inOneTurn(() => compare(asPosition));
    if (differing.length === 0) return;
    const placed = (this.placed ??= placedBy(await this.places()));
    const named = await inOneTurn(() => compare(placed));
    const differences = named.length > 0 ? named : differing;
    this.count += differences.length;
    for (const difference of differences) this.found.push({ ...subject, ...difference });
    if (this.found.length >= 2 * MOST_EXAMPLES) this.found = this.found.sort(byEntry).slice(0, MOST_EXAMPLES);
  }

  /** Of the host's entries up to the greater revision. */
  private async places(): Promise<readonly Position[]> {
    const revision = Math.max(...this.hosts.map((document) => document?.state.revision ?? -1));
    const places: Position[] = [];
    while (places.length <= revision) {
      this.signal.throwIfAborted();
      const limit = Math.min(PAGE_ENTRIES, revision + 1 - places.length);
      const [page = []] = await this.parts.journal.read([
        { stream: hostStream(this.host), direction: 'forwards', from: places.length, limit },
      ]);
      if (page.length === 0) break;
      for (const { position } of page) places.push(position);
    }
    return places;
  }

  private isAhead(pair: Pair<{ readonly position: Position }>): boolean {
    return pair.some((document, side) => {
      const host = this.hosts[side];
      return document !== undefined && host !== undefined && document.position > host.position;
    });
  }

  /**
   * Whether the side without an expected part has the quest's entry that made it, and still no part. A part is stored before the
   * quest's record that has the entry, so the record is read first.
   */
  private async isLacking([live, folded]: Pair<PartDocument>): Promise<boolean> {
    const { host, parts } = this;
    const [there, generation] = live === undefined ? [folded, parts.generations[0]] : [live, parts.generations[1]];
    if (there === undefined) return false;
    const { quest } = there;
    const since = there.past.changes[0]?.position ?? EXPECTED_PART_POSITION;
    const { quests } = await parts.views.load(generation, { quests: [quest] });
    const reached = quests[0]?.record?.position ?? null;
    if (reached === null || reached < since) return false;
    const { parts: found } = await parts.views.load(generation, { parts: [{ quest, host }] });
    return found.length === 0;
  }
}

function* differingSteps<T>(pairs: readonly Pair<T>[], form: Form<T>): Steps<readonly Pair<T>[]> {
  const differing: Pair<T>[] = [];
  for (const [live, folded] of pairs) {
    const [one, other] = [live, folded].map((document) => document && canonicalText(form(document, asPosition)));
    if (one !== other) differing.push([live, folded]);
    yield;
  }
  return differing;
}

function isExpected(part: PartDocument | undefined): boolean {
  return part?.position === EXPECTED_PART_POSITION;
}

/** Where one side's part is of an entry of the host, the other's that is but expected is none: at this revision it has been replaced. */
function judgedOf([live, folded]: Pair<PartDocument>): Pair<PartDocument> {
  const isJudged = [live, folded].some((part) => part !== undefined && !isExpected(part));
  return isJudged ? [isExpected(live) ? undefined : live, isExpected(folded) ? undefined : folded] : [live, folded];
}

function isExpectedAlone([live, folded]: Pair<PartDocument>): boolean {
  return (live === undefined || folded === undefined) && (isExpected(live) || isExpected(folded));
}
