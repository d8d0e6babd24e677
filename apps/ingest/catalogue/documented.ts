/** What the API document says about changing the catalogue. */
import { definedEventTypes, definedFates, eventTypeBody, fateBody, type JsonSchema } from '#contracts';
import { AMENDED_TAG, answering, IF_MATCH, JSON_MEDIA, type Operation } from '#platform';

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
  problems: [
    'conflict',
    'catalogue-full',
    'event-type-unknown',
    'event-type-retired',
    'fate-unknown',
    'fate-exists',
    'fate-name-taken',
    'fate-name-invalid',
    'fate-follows-mismatch',
    'fate-not-intermediate',
    'fate-not-starting',
    'fate-retired',
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
