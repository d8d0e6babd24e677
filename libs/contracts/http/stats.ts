/** The figures over everything, each with the time since it was counted. */
import * as names from './names.js';
import { secondsOpen } from './times-to-close.js';
import { component, count, fields, listOf, nullable, typed, type Schema, type Infer } from './schema.js';

interface Aged<T> {
  readonly value: T;
  readonly ageS: number;
}

/** Called `<name>Figure` in the API document. */
function aged<T>(name: string, value: Schema<T>): Schema<Aged<T>> {
  const ageS = typed<number>({
    type: 'number',
    format: 'double',
    minimum: 0,
    description: 'Seconds since it was counted.',
  });
  return typed(component(`${name}Figure`, fields({ value, ageS })));
}

const totals = component(
  'Totals',
  fields({
    hosts: count,
    events: count,
    labors: component('LaborTotals', fields({ open: count, completed: count, waived: count })),
    quests: component(
      'QuestTotals',
      fields({ embarking: count, open: count, completed: count, abandoned: count, empty: count }),
    ),
  }),
);
const openOfType = component(
  'OpenOfType',
  fields({ type: names.typeName, open: count, oldest: nullable(names.instant) }),
);
const timeOfType = component(
  'TimeOfType',
  fields({
    type: names.typeName,
    labors: { ...count, description: 'Completed labors of the type, of which these are the times: the newest 1,000.' },
    ...secondsOpen,
  }),
);
const eventsOfHour = component('EventsOfHour', fields({ hour: names.instant, events: count }));

export const statsBody = component(
  'Stats',
  fields({
    totals: aged('Totals', totals),
    openByType: aged('OpenByType', listOf(openOfType)),
    stranded: aged('Stranded', listOf(openOfType)),
    oldestOpen: aged('OldestOpen', nullable(names.instant)),
    // absent with asOf
    'timeToClose?': aged('TimeToClose', nullable(listOf(timeOfType))),
    'eventsPerHour?': aged('EventsPerHour', listOf(eventsOfHour)),
  }),
);
export type StatsBody = Infer<typeof statsBody>;
