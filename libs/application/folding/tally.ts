/** Rule 21 for one host and quest: how the effects of one entry change the part's numbers. */
import type { Tally } from '#contracts';
import type { HostEffect, OpenLabor, QuestId, TypeName } from '#domain';

/** The quests that an effect counts in: one at most, and of a move both. */
export function questsOf(effect: HostEffect): readonly QuestId[] {
  switch (effect.kind) {
    case 'noted':
    case 'redacted':
      return [];
    case 'joined':
    case 'left':
      return [effect.quest];
    case 'moved':
      return [effect.from, effect.labor.quest].filter((quest) => quest !== null);
    default:
      return effect.labor.quest === null ? [] : [effect.labor.quest];
  }
}

/**
 * The numbers of the part in `quest` after one more effect; the same object where they don't change. `closed`: of a move, the
 * types of the closed labors in the chain.
 */
export function tallyAfter(tally: Tally, effect: HostEffect, quest: QuestId, closed: readonly TypeName[] = []): Tally {
  switch (effect.kind) {
    case 'moved':
      return afterMoving(tally, effect.labor, closed, effect.labor.quest === quest ? 1 : -1);
    case 'joined':
      return tally.named === 1 ? tally : { ...tally, named: 1 };
    case 'left':
      return tally.named === 0 ? tally : { ...tally, named: 0 };
    case 'opened':
      return afterOpening(tally, effect.labor);
    case 'closed':
      return afterClosing(tally, effect);
    case 'reopened':
      return afterReopening(tally, effect.labor);
    case 'absorbed':
    case 'acknowledged':
    case 'assigned':
    case 'noted':
    case 'redacted':
      return tally;
  }
}

/** A chain that joins the part (`times` 1), or leaves it (−1). */
function afterMoving(tally: Tally, labor: OpenLabor, closed: readonly TypeName[], times: 1 | -1): Tally {
  const first = isFirst(labor);
  let steps = stepsAfter(tally.steps, labor.type, times, 0);
  for (const type of closed) steps = stepsAfter(steps, type, 0, times);
  return {
    ...tally,
    chains: tally.chains + times,
    unstarted: tally.unstarted + (first ? times : 0),
    inProgress: tally.inProgress + (first ? 0 : times),
    labors: tally.labors + times * (closed.length + 1),
    open: tally.open + times,
    steps,
  };
}

/** A follow-up's chain was counted when its predecessor closed, in the same entry. */
function afterOpening(tally: Tally, labor: OpenLabor): Tally {
  const first = isFirst(labor);
  return {
    ...tally,
    chains: tally.chains + (first ? 1 : 0),
    unstarted: tally.unstarted + (first ? 1 : 0),
    inProgress: tally.inProgress + (first ? 0 : 1),
    labors: tally.labors + 1,
    open: tally.open + 1,
    steps: stepsAfter(tally.steps, labor.type, 1, 0),
  };
}

function afterClosing(tally: Tally, { labor, how, followedBy }: HostEffect & { kind: 'closed' }): Tally {
  const first = isFirst(labor);
  const ends = followedBy === null;
  return {
    ...tally,
    unstarted: tally.unstarted - (first ? 1 : 0),
    inProgress: tally.inProgress - (first ? 0 : 1),
    completed: tally.completed + (ends && how === 'completed' ? 1 : 0),
    waived: tally.waived + (ends && how === 'waived' ? 1 : 0),
    open: tally.open - 1,
    steps: stepsAfter(tally.steps, labor.type, -1, 1),
  };
}

/** A waive taken back: the opposite of its closing, which nothing followed. */
function afterReopening(tally: Tally, labor: OpenLabor): Tally {
  const first = isFirst(labor);
  return {
    ...tally,
    unstarted: tally.unstarted + (first ? 1 : 0),
    inProgress: tally.inProgress + (first ? 0 : 1),
    waived: tally.waived - 1,
    open: tally.open + 1,
    steps: stepsAfter(tally.steps, labor.type, 1, -1),
  };
}

function isFirst(labor: OpenLabor): boolean {
  return labor.chain === labor.id;
}

/** Types in alphabetical order, and those alone that labors have, so that equal parts are equal text in a store. */
function stepsAfter(steps: Tally['steps'], type: TypeName, open: number, closed: number): Tally['steps'] {
  const before = steps[type];
  const after = { open: (before?.open ?? 0) + open, closed: (before?.closed ?? 0) + closed };
  if (after.open === 0 && after.closed === 0)
    return Object.fromEntries(Object.entries(steps).filter(([name]) => name !== type));
  if (before !== undefined) return { ...steps, [type]: after };
  return Object.fromEntries([...Object.entries(steps), [type, after] as const].sort(([a], [b]) => (a < b ? -1 : 1)));
}
