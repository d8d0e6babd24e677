/** The figures over everything as they are answered, each with its age in seconds. */
import type { Aged, PastStats, Stats } from '#application';
import type { StatsBody } from '#contracts';
import { presentTimesOfTypes } from '../quests/present.js';

export function presentStats(stats: Stats | PastStats): StatsBody {
  return {
    totals: aged(stats.totals, ({ hosts, events, labors, quests }) => ({
      hosts,
      events,
      labors: { open: labors.open, completed: labors.completed, waived: labors.waived },
      quests: {
        embarking: quests.embarking,
        open: quests.open,
        completed: quests.completed,
        abandoned: quests.abandoned,
        empty: quests.empty,
      },
    })),
    openByType: aged(stats.openByType, presentTypes),
    stranded: aged(stats.stranded, presentTypes),
    oldestOpen: aged(stats.oldestOpen, (oldest) => oldest),
    ...('timeToClose' in stats ? presentTimed(stats) : {}),
  };
}

/** What is known of the present alone. */
function presentTimed({ timeToClose, eventsPerHour }: Stats): Pick<StatsBody, 'timeToClose' | 'eventsPerHour'> {
  return {
    timeToClose: aged(timeToClose, (times) => times && presentTimesOfTypes(times)),
    eventsPerHour: aged(eventsPerHour, (hours) => hours.map(({ hour, events }) => ({ hour, events }))),
  };
}

function presentTypes(types: Stats['openByType']['value']): StatsBody['openByType']['value'] {
  return types.map(({ type, open, oldest }) => ({ type, open, oldest }));
}

function aged<T, U>({ value, ageMs }: Aged<T>, present: (value: T) => U): { value: U; ageS: number } {
  return { value: present(value), ageS: ageMs / 1000 };
}
