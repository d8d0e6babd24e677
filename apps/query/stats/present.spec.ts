/** The figures over everything, as docs/api.md has them. */
import type { Stats } from '#application';
import { statsBody } from '#contracts';
import { at, expectBody, required } from '../testing-answers.js';
import { presentStats } from './present.js';

test('the figures over everything, each with its age', () => {
  const stats: Stats = {
    totals: {
      value: {
        hosts: 1,
        events: 2,
        labors: { open: 1, completed: 2, waived: 3 },
        quests: { embarking: 0, open: 1, completed: 2, abandoned: 0, empty: 3 },
      },
      ageMs: 1500,
    },
    openByType: { value: [{ type: required, open: 1, oldest: at }], ageMs: 0 },
    stranded: { value: [{ type: required, open: 1, oldest: at }], ageMs: 0 },
    oldestOpen: { value: null, ageMs: 0 },
    timeToClose: { value: [{ type: required, labors: 2, medianS: 60, p90S: 300 }], ageMs: 0 },
    eventsPerHour: { value: [{ hour: at, events: 2 }], ageMs: 250 },
  };
  expectBody(statsBody, presentStats(stats), {
    totals: {
      value: {
        hosts: 1,
        events: 2,
        labors: { open: 1, completed: 2, waived: 3 },
        quests: { embarking: 0, open: 1, completed: 2, abandoned: 0, empty: 3 },
      },
      ageS: 1.5,
    },
    openByType: { value: [{ type: 'system-reboot-required', open: 1, oldest: at }], ageS: 0 },
    stranded: { value: [{ type: 'system-reboot-required', open: 1, oldest: at }], ageS: 0 },
    oldestOpen: { value: null, ageS: 0 },
    timeToClose: { value: [{ type: 'system-reboot-required', labors: 2, medianS: 60, p90S: 300 }], ageS: 0 },
    eventsPerHour: { value: [{ hour: at, events: 2 }], ageS: 0.25 },
  });
});
