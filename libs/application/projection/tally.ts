/** Rule 21 for one host and quest: how the effects of one entry change the part's numbers. */
import type { Tally } from '#contracts';
import type { HostEffect, OpenLabor, QuestId, TypeName } from '#domain';

/** The quests that an effect counts in: at most one. */
export function questOf(effect: HostEffect): QuestId | null {
  if (effect.kind === 'noted' || effect.kind === 'redacted') return null;
  return effect.kind === 'joined' ? effect.quest : effect.labor.quest;
}

/** The part's numbers after one more effect; the same object where they don't change. */
export function tallyAfter(tally: Tally, effect: HostEffect): Tally {
  switch (effect.kind) {
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
    case 'joined':
    case 'redacted':
      return tally;
  }
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

/** Types in alphabetical order, so that equal parts are equal text in a store. */
function stepsAfter(steps: Tally['steps'], type: TypeName, open: number, closed: number): Tally['steps'] {
  const before = steps[type];
  const after = { open: (before?.open ?? 0) + open, closed: (before?.closed ?? 0) + closed };
  if (before !== undefined) return { ...steps, [type]: after };
  return Object.fromEntries([...Object.entries(steps), [type, after] as const].sort(([a], [b]) => (a < b ? -1 : 1)));
}
