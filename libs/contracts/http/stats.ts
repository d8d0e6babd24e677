/** The figures over everything, each with the time since it was counted. */
import * as names from './names.js';
import { component, count, fields, listOf, nullable, typed, type Schema, type Infer } from './schema.js';

interface Aged<T> {
  readonly value: T;
  readonly ageS: number;
}

function aged<T>(value: Schema<T>): Schema<Aged<T>> {
  const ageS = typed<number>({ type: 'number', minimum: 0, description: 'Seconds since it was counted.' });
  return typed(fields({ value, ageS }));
}

export const statsBody = component(
  'Stats',
  fields({
    totals: aged(
      fields({
        hosts: count,
        events: count,
        labors: fields({ open: count, completed: count, waived: count }),
        quests: fields({ embarking: count, open: count, completed: count, empty: count }),
      }),
    ),
    openByType: aged(listOf(fields({ type: names.typeName, open: count, oldest: nullable(names.instant) }))),
    oldestOpen: aged(nullable(names.instant)),
    eventsPerHour: aged(listOf(fields({ hour: names.instant, events: count }))),
  }),
);
export type StatsBody = Infer<typeof statsBody>;
