/**
 * A labor's class: state, whether it is acknowledged, whether it is in a quest, and its actors, in one number of six
 * bits. Filters by them become a few classes, each a range of an index, merged in the order asked for.
 */
import type { LaborDocument, LaborFilter } from '#contracts';
import type { Actor } from '#domain';

const STATES: readonly LaborDocument['state'][] = ['open', 'completed', 'waived'];
const ACTORS: Readonly<Record<Actor, number>> = { owner: 1, creator: 2 };
const IN_QUEST = 4;
const ACKED = 8;
const STATE_UNIT = 16;

/** Classes below it are those of open labors. */
export const FIRST_CLOSED_CLASS = STATE_UNIT;
const CLASSES = STATES.length * STATE_UNIT;

export function classOf({ state, ack, quest, actors }: LaborDocument): number {
  let mask = STATES.indexOf(state) * STATE_UNIT;
  if (ack !== null) mask += ACKED;
  if (quest !== null) mask += IN_QUEST;
  for (const actor of actors) mask |= ACTORS[actor];
  return mask;
}

export function stateOfClass(laborClass: number): LaborDocument['state'] {
  return STATES[Math.floor(laborClass / STATE_UNIT)] ?? 'open';
}

export function isOpenClass(laborClass: number): boolean {
  return laborClass < FIRST_CLOSED_CLASS;
}

export function isInQuest(laborClass: number): boolean {
  return (laborClass & IN_QUEST) !== 0;
}

export function hasActor(laborClass: number, actor: Actor): boolean {
  return (laborClass & ACTORS[actor]) !== 0;
}

/** The classes whose labors pass what the filter says of state, acknowledgement and actors. */
export function classesOf({ state, acked, actor }: LaborFilter): readonly number[] {
  const passing: number[] = [];
  for (let each = 0; each < CLASSES; each += 1) {
    if (state !== undefined && !state.includes(stateOfClass(each))) continue;
    if (acked !== undefined && acked !== ((each & ACKED) !== 0)) continue;
    if (actor !== undefined && !actor.some((one) => hasActor(each, one))) continue;
    passing.push(each);
  }
  return passing;
}
