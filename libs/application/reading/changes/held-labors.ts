/**
 * Labors that some judges could not judge yet, since what is beside them was not as new as they: each is judged again, in growing
 * pauses, by these alone, until it is. They hold up nothing but the place that is said to who looks beside labors.
 */
import { maxPosition, minPosition, type LaborDocument, type Position } from '#contracts';
import type { LaborId } from '#domain';
import { pauseMs, type Pauses } from '../../pauses.js';
import type { Needs } from './judge.js';

/** More are not waited for: they are judged by what is known. */
const MOST_HELD = 5000;
/** Labors that one look judges again. */
const JUDGED_AGAIN = 200;
const PAUSES: Pauses = { firstMs: 250, longestMs: 15_000 };

export interface HeldLabor {
  readonly id: LaborId;
  readonly position: Position;
  /** The judges that look at it have not judged the labor. */
  readonly missing: Needs;
  /** Who resumes from here or before gets the labor. */
  readonly from: Position;
  readonly tries: number;
  readonly dueAtMs: number;
}

export class HeldLabors {
  private readonly held = new Map<LaborId, HeldLabor>();
  /** Of the labors that wait for their hosts, and for their quests; undefined where not known since a change. */
  private leasts: Leasts | undefined;

  constructor(
    private readonly most = MOST_HELD,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** As many more are held. */
  get room(): number {
    return Math.max(0, this.most - this.held.size);
  }

  /** They were found where all up to `read` had been read. */
  hold(early: ReadonlyMap<LaborDocument, Needs>, read: Position): void {
    this.leasts = undefined;
    for (const [{ id, position }, missing] of early) {
      const from = maxPosition(position, read);
      const before = this.held.get(id);
      // another one perhaps waits for more of it
      const held =
        before?.position === position
          ? { ...before, missing: either(before.missing, missing), from: minPosition(before.from, from) }
          : { id, position, missing, from, tries: 1, dueAtMs: this.dueAfter(1) };
      this.held.set(id, held);
    }
  }

  all(): readonly HeldLabor[] {
    return [...this.held.values()];
  }

  /** Those to be judged again by now. */
  due(): readonly HeldLabor[] {
    const now = this.nowMs();
    const due: HeldLabor[] = [];
    for (const labor of this.held.values()) {
      if (labor.dueAtMs > now) continue;
      due.push(labor);
      if (due.length === JUDGED_AGAIN) break;
    }
    return due;
  }

  /** What was {@link due} was judged again, but for what is early still. */
  judgedAgain(due: readonly HeldLabor[], early: ReadonlyMap<LaborDocument, Needs>): void {
    this.leasts = undefined;
    const still = new Map([...early].map(([{ id, position }, missing]) => [id, { position, missing }]));
    for (const labor of due) {
      // it was held again meanwhile
      if (this.held.get(labor.id) !== labor) continue;
      this.held.delete(labor.id);
      const again = still.get(labor.id);
      const tries = labor.tries + 1;
      // at the end, so that all get their turn
      if (again !== undefined) this.held.set(labor.id, { ...labor, ...again, tries, dueAtMs: this.dueAfter(tries) });
    }
  }

  /** Up to where all labors were judged by such judges; null where none is held for them. */
  least(looksAt: Needs): Position | null {
    this.leasts ??= leastsOf(this.held.values());
    const { host, quest } = this.leasts;
    return leastOf(looksAt.host ? host : null, looksAt.quest ? quest : null);
  }

  clear(): void {
    this.leasts = undefined;
    this.held.clear();
  }

  private dueAfter(tries: number): number {
    return this.nowMs() + pauseMs(tries, PAUSES);
  }
}

/** Whether something of both is the same. */
export function meets(a: Needs, b: Needs): boolean {
  return (a.host && b.host) || (a.quest && b.quest);
}

type Leasts = Readonly<Record<keyof Needs, Position | null>>;

function leastsOf(labors: Iterable<HeldLabor>): Leasts {
  let host: Position | null = null;
  let quest: Position | null = null;
  for (const { missing, from } of labors) {
    if (missing.host) host = leastOf(host, from);
    if (missing.quest) quest = leastOf(quest, from);
  }
  return { host, quest };
}

function leastOf(a: Position | null, b: Position | null): Position | null {
  return a === null || b === null ? (a ?? b) : minPosition(a, b);
}

function either(a: Needs, b: Needs): Needs {
  return { host: a.host || b.host, quest: a.quest || b.quest };
}
