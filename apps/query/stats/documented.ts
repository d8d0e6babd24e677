/** What the API document says about the figures over everything. */
import { component, count, fields, listOf, names, nullable, type Operation, type Schema } from '#platform';
import { shown } from '../answers.js';

/** A figure, and how old it is. */
function aged(value: Schema): Schema {
  return fields({ value, ageS: { type: 'number', minimum: 0, description: 'Seconds since it was counted.' } });
}

const stats = component(
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

export const statsShown: Operation = {
  id: 'getStats',
  summary: 'Totals, open labors by type, the oldest open one, events per hour',
  answers: shown(stats, 'The figures, each with its age.'),
};
