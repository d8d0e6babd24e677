/** How long completed labors were open, from all of them, sorted: what {@link TimesSum} finds without holding them. Whole seconds. */
import type { TimesToClose } from '#contracts';
import type { Instant, TypeName } from '#domain';

interface Timed {
  readonly type: TypeName;
  readonly state: string;
  readonly opened: { readonly at: Instant };
  readonly closed: { readonly at: Instant } | null;
}

export function timesOf(labors: readonly Timed[]): TimesToClose {
  const types = [...new Set(labors.filter(({ state }) => state === 'completed').map(({ type }) => type))].sort();
  return {
    ...timeOf(labors),
    steps: types.map((type) => ({ type, ...timeOf(labors.filter((labor) => labor.type === type)) })),
  };
}

function timeOf(labors: readonly Timed[]) {
  const seconds = labors
    .flatMap(({ state, opened, closed }) =>
      state === 'completed' && closed !== null ? [Date.parse(closed.at) - Date.parse(opened.at)] : [],
    )
    .map((ms) => Math.max(0, Math.floor(ms / 1000)))
    .sort((one, other) => one - other);
  const count = seconds.length;
  // the first that is no less than half of all, and than nine tenths
  const least = (tenths: number) => seconds.find((_, before) => (before + 1) * 10 >= count * tenths) ?? null;
  return { labors: count, medianS: least(5), p90S: least(9) };
}
