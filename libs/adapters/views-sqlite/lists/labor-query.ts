/** A filter of labors, resolved: what only other tables know (overdue quests, the types and classes there are) is looked up. */
import type { ActingUser, LaborFilter } from '#contracts';
import { classesOf, isInQuest, isOpenClass } from '../labor-class.js';
import type { Store } from '../store.js';
import { overdueQuests } from './overdue.js';
import { distinct } from './page.js';
import { toMs } from './instants.js';

/** Undefined where the filter says nothing of it. */
export interface LaborQuery {
  /** The classes that pass; a labor of no other class passes. */
  readonly classes: readonly number[];
  readonly types: readonly string[] | undefined;
  readonly hosts: readonly string[] | undefined;
  readonly quests: readonly number[] | undefined;
  readonly chains: readonly string[] | undefined;
  readonly assignees: readonly string[] | undefined;
  readonly principals: readonly string[] | undefined;
  readonly openedSince: number | undefined;
  readonly openedBefore: number | undefined;
  readonly closedSince: number | undefined;
  /** An open labor of these quests, or of these types, does not pass. */
  readonly notOpenIn: readonly number[] | undefined;
  readonly notOpenOf: readonly string[] | undefined;
  readonly turnOf: ActingUser | undefined;
  /** How many labors there are of each type and class; none of zero. */
  readonly counts: readonly LaborCount[];
}

export type LaborCount = readonly [type: string, laborClass: number, labors: number];

export function resolveLaborFilter(store: Store, filter: LaborFilter): LaborQuery {
  const { overdue, stranded } = filter;
  const overdueIn = overdue && overdueQuests(store, overdue.now);
  const counts = store.statement('SELECT type, class, labors FROM labor_counts WHERE labors > 0');
  const onlyOpen = overdue?.is === true || stranded?.is === true || filter.for !== undefined;
  const { quests, withoutQuest, withQuest } = questsOf(filter.quest, overdue?.is === true ? overdueIn : undefined);
  const classes = classesOf(filter).filter(
    (each) => (!onlyOpen || isOpenClass(each)) && (isInQuest(each) ? withQuest : withoutQuest),
  );
  const onlyClosed = filter.closedSince !== undefined;
  return {
    classes: onlyClosed ? classes.filter((each) => !isOpenClass(each)) : classes,
    types: both(filter.type, stranded?.is === true ? stranded.types : undefined),
    hosts: filter.host && distinct(filter.host),
    quests,
    chains: filter.chain && distinct(filter.chain),
    assignees: filter.assignee && distinct(filter.assignee),
    principals: filter.principal && distinct(filter.principal),
    openedSince: filter.openedSince && toMs(filter.openedSince),
    openedBefore: filter.openedBefore && toMs(filter.openedBefore),
    closedSince: filter.closedSince && toMs(filter.closedSince),
    notOpenIn: !onlyClosed && overdue?.is === false ? overdueIn : undefined,
    notOpenOf: !onlyClosed && stranded?.is === false ? stranded.types : undefined,
    turnOf: filter.for,
    counts: counts.all() as readonly LaborCount[],
  };
}

/** A labor in any quest must be in one of `quests`. */
function questsOf(
  asked: LaborFilter['quest'],
  overdue: readonly number[] | undefined,
): { readonly quests: readonly number[] | undefined; readonly withoutQuest: boolean; readonly withQuest: boolean } {
  const numbers = asked?.filter((each) => each !== 'none');
  const quests = both(numbers, overdue);
  const withoutQuest = overdue === undefined && (asked === undefined || asked.includes('none'));
  return { quests, withoutQuest, withQuest: quests === undefined || quests.length > 0 };
}

function both<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] | undefined {
  if (a === undefined || b === undefined) return a === undefined ? b && distinct(b) : distinct(a);
  const second = new Set(b);
  return distinct(a).filter((each) => second.has(each));
}
