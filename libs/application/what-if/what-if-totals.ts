/** The numbers of a what-if: of all labors, by type, and by quest. */
import type { HostState, OpenLabor, QuestId, TypeName } from '#domain';
import type { LaborDifference } from './host-what-if.js';

/**
 * `closed`: open, and would be closed. `leftOpen`: closed, and would be open. `closedOtherwise`: closed in both, by different
 * entries. `neverOpened`: there, and would not be. `newlyOpened`: would be there, open or closed, and is not.
 */
export type Verdict = 'closed' | 'leftOpen' | 'closedOtherwise' | 'neverOpened' | 'newlyOpened';

export function verdictOf({ was, would }: Pick<LaborDifference, 'was' | 'would'>): Verdict {
  if (was === null) return 'newlyOpened';
  if (would === null) return 'neverOpened';
  if (was.closed === null) return 'closed';
  return would.closed === null ? 'leftOpen' : 'closedOtherwise';
}

export interface OpenNumbers {
  readonly now: number;
  readonly then: number;
}

export interface WhatIfNumbers extends Readonly<Record<Verdict, number>> {
  readonly open: OpenNumbers;
  /** Open in both. */
  readonly stillOpen: number;
}

export type NumbersOfType = WhatIfNumbers & { readonly type: TypeName };
export type NumbersOfQuest = WhatIfNumbers & { readonly quest: QuestId };

/** Most types and quests that are listed: those with the most differences, and of quests no others. */
export const MOST_LISTED = 1000;

/** What is counted, as it can be copied to another thread. */
export interface WhatIfCounts {
  readonly all: Counted;
  readonly types: ReadonlyMap<TypeName, Counted>;
  readonly quests: ReadonlyMap<QuestId, Counted>;
}

export class WhatIfTotals implements WhatIfCounts {
  readonly all = new Numbers();
  readonly types = new Map<TypeName, Numbers>();
  readonly quests = new Map<QuestId, Numbers>();

  /** Adds what was counted elsewhere, of other hosts or of other parts of them. */
  merge({ all, types, quests }: WhatIfCounts): void {
    this.all.add(all);
    for (const [type, counted] of types) numbersOf(this.types, type).add(counted);
    for (const [quest, counted] of quests) numbersOf(this.quests, quest).add(counted);
  }

  /** A host as it is at the end. */
  host({ now, then }: { readonly now: HostState; readonly then: HostState }): void {
    for (const labor of now.open) this.each(labor, (numbers) => (numbers.open.now += 1));
    for (const labor of then.open) this.each(labor, (numbers) => (numbers.open.then += 1));
  }

  add(difference: LaborDifference): void {
    const { was, would } = difference;
    const labor = was ?? would;
    if (labor === null) return;
    const verdict = verdictOf(difference);
    const wasOpen = was !== null && was.closed === null;
    this.each(labor, (numbers) => {
      numbers[verdict] += 1;
      numbers.differences += 1;
      if (wasOpen) numbers.openOnce += 1;
    });
  }

  get differences(): number {
    return this.all.differences;
  }

  /** Of those where something is open or differs. */
  byType(): readonly NumbersOfType[] {
    return mostOf(this.types).map(([type, numbers]) => ({ type, ...numbers.shown() }));
  }

  /** Of those where something differs. */
  byQuest(): readonly NumbersOfQuest[] {
    return mostOf(new Map([...this.quests].filter(([, { differences }]) => differences > 0))).map(
      ([quest, numbers]) => ({ quest, ...numbers.shown() }),
    );
  }

  private each({ type, quest }: Pick<OpenLabor, 'type' | 'quest'>, count: (numbers: Numbers) => void): void {
    count(this.all);
    count(numbersOf(this.types, type));
    if (quest !== null) count(numbersOf(this.quests, quest));
  }
}

const COUNTS = [
  ...(['closed', 'leftOpen', 'closedOtherwise', 'neverOpened', 'newlyOpened'] as const),
  ...(['differences', 'openOnce'] as const),
] as const satisfies readonly (keyof Counted)[];

/** Without what follows from it. */
interface Counted extends Omit<WhatIfNumbers, 'stillOpen'> {
  readonly differences: number;
  readonly openOnce: number;
}

class Numbers implements Counted {
  readonly open = { now: 0, then: 0 };
  closed = 0;
  leftOpen = 0;
  closedOtherwise = 0;
  neverOpened = 0;
  newlyOpened = 0;
  differences = 0;
  /** Open, and not open or not there under the supposed fates. */
  openOnce = 0;

  add(counted: Counted): void {
    this.open.now += counted.open.now;
    this.open.then += counted.open.then;
    for (const each of COUNTS) this[each] += counted[each];
  }

  shown(): WhatIfNumbers {
    const { open, closed, leftOpen, closedOtherwise, neverOpened, newlyOpened, openOnce } = this;
    const stillOpen = open.now - openOnce;
    return { open: { ...open }, stillOpen, closed, leftOpen, closedOtherwise, neverOpened, newlyOpened };
  }
}

function numbersOf<K>(groups: Map<K, Numbers>, key: K): Numbers {
  let numbers = groups.get(key);
  if (numbers === undefined) groups.set(key, (numbers = new Numbers()));
  return numbers;
}

function mostOf<K extends number | string>(groups: ReadonlyMap<K, Numbers>): readonly (readonly [K, Numbers])[] {
  return [...groups]
    .sort(([a, one], [b, other]) => other.differences - one.differences || (a < b ? -1 : 1))
    .slice(0, MOST_LISTED);
}
