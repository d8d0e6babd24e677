/** What a change of the catalogue would do, where it was only asked (`dryRun=true`). */
import { eventTypeBody, fateBody } from './catalogue.js';
import * as names from './names.js';
import { component, count, eitherOf, fields, flag, listOf, nullable, oneOf, yes, type Infer } from './schema.js';

export const affectedLabors = component(
  'AffectedLabors',
  fields({
    type: names.typeName,
    effect: {
      ...oneOf('stranded', 'freed', 'changed'),
      description:
        'Of the open labors of this type: nothing will complete them any more, something will again, or other events or fates will.',
    },
    open: count,
    'atLeast?': { ...yes, description: 'Counting ended there, and more are open.' },
    quests: listOf(component('AffectedQuest', fields({ quest: nullable(names.questNumber), open: count }))),
    'questsAtLeast?': { ...yes, description: 'Only the newest labors were looked at for `quests`.' },
    examples: listOf(names.laborId),
  }),
);

const foreseen = {
  changes: { ...flag, description: 'False where it is so already.' },
  position: names.position,
  labors: listOf(affectedLabors),
  'typesOmitted?': {
    ...count,
    description: 'How many more types are concerned than the first 20, which `labors` shows.',
  },
};

const eventTypeForeseen = component('EventTypeForeseen', fields({ eventType: eventTypeBody, ...foreseen }));
const fateForeseen = component('FateForeseen', fields({ fate: fateBody, ...foreseen }));
/** What the answer has beside the thing itself. */
export type ForeseenBody = Omit<Infer<typeof fateForeseen>, 'fate'>;

export const eventTypeMoved = component('EventTypeMoved', eitherOf(eventTypeBody, eventTypeForeseen));
export const fateMoved = component('FateMoved', eitherOf(fateBody, fateForeseen));
