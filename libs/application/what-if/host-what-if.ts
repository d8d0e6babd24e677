/**
 * One host under the catalogue that was in force and under a supposed one, entry by entry. Until an event is judged otherwise
 * there is one fold for both. What is the same in both is forgotten as soon as it cannot change any more, so that a host takes
 * as much memory as its open and waived labors, and the differences that are not reported yet.
 */
import { decodeHostEntry, type StoredEntry } from '#contracts';
import { judge, type Catalogue, type EventLogged, type HostEntry, type HostName, type LaborId } from '#domain';
import type { HostState } from '#domain';
import { SeenLabors, type SeenChain, type SeenLabor } from './seen-labors.js';

/** A labor of which the two folds say different things; null where one of them has no such labor. */
export interface LaborDifference {
  readonly host: HostName;
  readonly was: SeenLabor | null;
  readonly would: SeenLabor | null;
}

/** The catalogues that an entry is judged by. */
export interface BothCatalogues {
  readonly real: Catalogue;
  readonly supposed: Catalogue;
  /** Whether they judge the event otherwise. */
  differOn(event: EventLogged): boolean;
}

/** Of a chain that goes on for ever no more differences than these wait for its end: they are reported with the quest that it is in by then. */
const MOST_WAITING = 1000;
const LEAST_SWEPT = 64;

export class HostWhatIf {
  private readonly now: SeenLabors;
  /** Undefined while nothing was judged otherwise. */
  private then: SeenLabors | undefined;
  /** An entry cannot be judged: nothing after it is (P4). */
  private isParked = false;
  private mostHeld = LEAST_SWEPT;

  constructor(private readonly host: HostName) {
    this.now = new SeenLabors(host);
  }

  /** The open labors in both folds; of those that were waived none. */
  get states(): { readonly now: HostState; readonly then: HostState } {
    return { now: this.now.state, then: (this.then ?? this.now).state };
  }

  /** Judges the next entry of its stream, and reports the differences that are final by it. */
  take(stored: StoredEntry, catalogues: BothCatalogues, report: (difference: LaborDifference) => void): void {
    if (this.isParked) return;
    const decoded = decodeHostEntry(stored);
    if (!decoded.ok) {
      this.isParked = true;
      return;
    }
    const { entry } = decoded;
    if (this.then === undefined && entry.kind === 'EventLogged' && catalogues.differOn(entry))
      this.then = new SeenLabors(this.host, this.now.state, this.now);
    const changed = new Set<LaborId>();
    try {
      this.judge(this.now, entry, stored, catalogues.real, changed);
      if (this.then !== undefined) this.judge(this.then, entry, stored, catalogues.supposed, changed);
    } catch {
      // live projection parks it here as well, and says why
      this.isParked = true;
      return;
    }
    for (const chain of changed) this.settle(chain, report);
    if (this.held > this.mostHeld) this.sweep(report);
  }

  /** Reports what is left, once all entries were judged. */
  end(report: (difference: LaborDifference) => void): void {
    if (this.then === undefined) return;
    for (const chain of new Set([...this.now.held, ...this.then.held])) this.reportAll(chain, report);
  }

  private get held(): number {
    return this.now.size + (this.then?.size ?? 0);
  }

  /** Chains whose waived labors cannot be reopened any more: no entry says so. */
  private sweep(report: (difference: LaborDifference) => void): void {
    for (const chain of new Set([...this.now.held, ...(this.then?.held ?? [])])) this.settle(chain, report);
    this.mostHeld = Math.max(LEAST_SWEPT, 2 * this.held);
  }

  private judge(
    fold: SeenLabors,
    entry: HostEntry,
    { revision }: StoredEntry,
    catalogue: Catalogue,
    changed: Set<LaborId>,
  ): void {
    const { state, effects } = judge(fold.state, entry, { revision, catalogue });
    fold.take(effects, revision, state, changed);
  }

  private settle(chain: LaborId, report: (difference: LaborDifference) => void): void {
    const { now, then } = this;
    if (now.isOver(chain) && (then?.isOver(chain) ?? true)) {
      if (then !== undefined) this.reportAll(chain, report);
      now.forget(chain);
      then?.forget(chain);
      return;
    }
    let waiting = 0;
    for (const [revision, was, would] of pairs(now.of(chain), (then ?? now).of(chain))) {
      if (!isSettled(was) || !isSettled(would)) continue;
      const isSame = !areDifferent(was, would);
      if (!isSame && (waiting += 1) <= MOST_WAITING) continue;
      if (!isSame) report({ host: this.host, was, would });
      now.forget(chain, revision);
      then?.forget(chain, revision);
    }
  }

  private reportAll(chain: LaborId, report: (difference: LaborDifference) => void): void {
    const { host, now, then = now } = this;
    for (const [, was, would] of pairs(now.of(chain), then.of(chain)))
      if (areDifferent(was, would)) report({ host, was, would });
  }
}

/** By the event that opened them: it opens one of a chain at most, under whatever number. */
function* pairs(
  one: SeenChain,
  other: SeenChain,
): Generator<readonly [revision: number, was: SeenLabor | null, would: SeenLabor | null]> {
  for (const [revision, was] of [...one]) yield [revision, was, other.get(revision) ?? null];
  for (const [revision, would] of [...other]) if (!one.has(revision)) yield [revision, null, would];
}

/** Completed for good, or never there. */
function isSettled(labor: SeenLabor | null): boolean {
  return labor === null || labor.closed?.how === 'completed';
}

/** Open in one alone, closed by different entries, or in one alone. */
export function areDifferent(was: SeenLabor | null, would: SeenLabor | null): boolean {
  if (was === null || would === null) return was !== would;
  return was.closed?.entry !== would.closed?.entry;
}
