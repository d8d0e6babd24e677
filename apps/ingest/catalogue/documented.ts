/** What the API document says about changing the catalogue. */
import {
  catalogueFile,
  catalogueTaken,
  definedEventTypes,
  definedFates,
  eventTypeBody,
  fateBody,
  type JsonSchema,
} from '#contracts';
import { AMENDED_TAG, answering, IF_MATCH, JSON_MEDIA, TEXT_YAML_MEDIA, YAML_MEDIA, type Operation } from '#platform';

function defined(body: JsonSchema): Operation['answers'] {
  return {
    200: { about: 'All of it was in force already: one for one, an array for an array.', body },
    201: { about: 'Something was defined: one for one, an array for an array.', body },
  };
}

export const eventTypesDefined: Operation = {
  id: 'defineEventTypes',
  summary: 'Defines an event type, or many',
  description: 'Of an array all are defined or none. What is in force already is answered as it is.',
  examples: {
    [JSON_MEDIA]: { category: 'system-reboot', state: 'required', description: 'a new kernel is installed' },
  },
  writes: true,
  answers: defined(definedEventTypes),
  problems: ['conflict', 'catalogue-full', 'event-type-exists', 'event-type-retired'],
};

export const eventTypeAmended: Operation = {
  id: 'amendEventType',
  summary: 'Amends an event type',
  writes: true,
  headers: IF_MATCH,
  answers: answering(eventTypeBody, 'The event type as it stands now.', AMENDED_TAG),
  problems: ['conflict', 'catalogue-full', 'precondition-failed'],
};

const OF_FATES = [
  'event-type-unknown',
  'fate-unknown',
  'fate-exists',
  'fate-name-taken',
  'fate-name-invalid',
  'fate-follows-mismatch',
  'fate-not-intermediate',
  'fate-not-starting',
  'fate-retired',
] as const;

export const fatesDefined: Operation = {
  id: 'defineFates',
  summary: 'Defines a fate, or many',
  description:
    'Of an array all are defined or none; `follows` may name an earlier item. What is in force already is answered as it is.',
  examples: {
    [JSON_MEDIA]: {
      creates: 'system-reboot-required',
      completedBy: 'system-reboot-completed',
      name: 'reboot',
      actors: ['owner'],
    },
  },
  writes: true,
  answers: defined(definedFates),
  problems: ['conflict', 'catalogue-full', 'event-type-retired', ...OF_FATES],
};

export const catalogueFileTaken: Operation = {
  id: 'replaceCatalogue',
  summary: 'Brings the catalogue to what a file says',
  description:
    'What the file has is defined, amended or restored, what it does not have is retired: all of it, or nothing. At most 1,000 event types and fates are changed at once. With `dryRun=true` nothing is changed, and the answer says what would come of open labors.',
  body: { [YAML_MEDIA]: catalogueFile, [TEXT_YAML_MEDIA]: catalogueFile },
  examples: {
    [JSON_MEDIA]: {
      eventTypes: [
        { category: 'system-reboot', state: 'required', description: 'a new kernel is installed' },
        { category: 'system-reboot', state: 'completed' },
      ],
      fates: [{ name: 'reboot', creates: 'system-reboot-required', completedBy: 'system-reboot-completed' }],
    },
  },
  writes: true,
  headers: IF_MATCH,
  answers: answering(catalogueTaken, 'What was changed; of a dry run, what would be.', AMENDED_TAG),
  problems: [
    'conflict',
    'catalogue-full',
    'precondition-failed',
    'not-caught-up',
    'in-use',
    'event-type-exists',
    ...OF_FATES,
  ],
};

export const fateAmended: Operation = {
  id: 'amendFate',
  summary: 'Amends a fate',
  description: 'The rule itself never changes.',
  writes: true,
  headers: IF_MATCH,
  answers: answering(fateBody, 'The fate as it stands now.', AMENDED_TAG),
  problems: ['conflict', 'catalogue-full', 'precondition-failed', 'fate-name-taken', 'fate-name-invalid'],
};
