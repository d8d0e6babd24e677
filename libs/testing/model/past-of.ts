/** What a labor was before, kept as semantics.md says: of each kind the newest hundred, and a count of the older ones. */
import type { PlainLabor, PlainPast } from './history.js';

const NONE: PlainPast = {
  ...{ reopenings: [], moves: [], acks: [], assignments: [], notes: [] },
  forgotten: { reopenings: 0, moves: 0, acks: 0, assignments: 0, notes: 0 },
};

/** The labor's past once `one` is in it, too; as it is where there is nothing to remember. */
export function remembered<K extends keyof PlainPast['forgotten']>(
  { past }: Pick<PlainLabor, 'past'>,
  kind: K,
  one: PlainPast[K][number] | null,
): PlainPast | null {
  if (one === null) return past;
  const before = past ?? NONE;
  const all: readonly unknown[] = [...before[kind], one];
  const forgotten = { ...before.forgotten, [kind]: before.forgotten[kind] + Math.max(0, all.length - 100) };
  return { ...before, [kind]: all.slice(-100), forgotten };
}
