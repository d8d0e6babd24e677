/** How long labors were open until an event completed them. */
import * as names from './names.js';
import { component, count, fields, listOf, nullable, typed, type Infer } from './schema.js';

const seconds = typed<number>({ type: 'integer', minimum: 0 });
const MEDIAN = 'Half of them were open no longer, in seconds.';
const P90 = 'Nine of ten were open no longer, in seconds.';

export const secondsOpen = {
  medianS: nullable({ ...seconds, description: MEDIAN }),
  p90S: nullable({ ...seconds, description: P90 }),
};

const completed = { ...count, description: 'Labors that were completed, and are in the quest.' };

export const questTimesBody = component(
  'QuestTimes',
  fields({
    labors: completed,
    ...secondsOpen,
    steps: {
      ...listOf(component('QuestTimesOfStep', fields({ type: names.typeName, labors: completed, ...secondsOpen }))),
      description: 'By event type; types of which no labor was completed are left out.',
    },
  }),
);
export type QuestTimesBody = Infer<typeof questTimesBody>;
