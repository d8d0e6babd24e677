/** The domain's names in the API document: as answers write them, and as requests may (the `…Given` ones). */
import { isTypePart, MAX_HOST_LENGTH, MAX_TYPE_PART_LENGTH, parseHostName, parseInstant, parseQuestId } from '#domain';
import { inMessage } from '../in-message.js';
import type { JsonSchema } from './json-schema.js';
import { checked, component, typed, type Schema } from './schema.js';

const HOST = '[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?';
const HOST_WRITTEN = `[A-Za-z0-9](?:[A-Za-z0-9._-]{0,${MAX_HOST_LENGTH - 2}}[A-Za-z0-9])?\\.?`;
const HOST_GIVEN = `\\s*${HOST_WRITTEN}\\s*`;
const PART = `[a-z0-9](?:[a-z0-9._-]{0,${MAX_TYPE_PART_LENGTH - 2}}[a-z0-9])?`;

/** `wanted`: what requests are asked to give where they gave something else. */
function named(name: string, json: JsonSchema, accepts?: (text: string) => boolean, wanted = ''): Schema<string> {
  const schema: JsonSchema = { type: 'string', ...json };
  if (accepts === undefined) return component(name, typed(schema));
  const isSound = (value: unknown): boolean => typeof value === 'string' && accepts(value);
  return component(
    name,
    checked(schema, (value) => (isSound(value) ? undefined : `is ${inMessage(value)}: give ${wanted}`)),
  );
}

/** Of the entry that something is from. */
export const principal = typed<string | null>({
  type: ['string', 'null'],
  description: 'The name of the token that it was written with; null where there were no tokens.',
});

export const hostName = named('HostName', {
  description: "A machine's name.",
  pattern: `^${HOST}$`,
  maxLength: MAX_HOST_LENGTH,
  examples: ['web-1.example.com'],
});

export const hostGiven = named(
  'HostGiven',
  {
    description: "A machine's name; upper case, space around it and one final dot are taken and folded away.",
    pattern: `^${HOST_GIVEN}$`,
    examples: ['web-1.example.com'],
  },
  (value) => parseHostName(value) !== undefined,
  'the name of a host',
);

/** A host, or the beginning of hosts. */
export const hostTerm = named('HostTerm', {
  description: 'The name of a host, or how names begin with * after it.',
  pattern: `^(?:${HOST_GIVEN}|[A-Za-z0-9][A-Za-z0-9._-]{0,${MAX_HOST_LENGTH - 1}}\\*)$`,
  examples: ['web-1.example.com', 'web-*'],
});

/** Category or state. */
export const typePart = named(
  'TypePart',
  {
    description: 'The category or the state of an event type.',
    pattern: `^${PART}$`,
    maxLength: MAX_TYPE_PART_LENGTH,
  },
  isTypePart,
  `1 to ${MAX_TYPE_PART_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`,
);

export const inventoryName = named(
  'InventoryName',
  {
    description: 'The name of an inventory.',
    pattern: `^${PART}$`,
    maxLength: MAX_TYPE_PART_LENGTH,
    examples: ['cmdb'],
  },
  isTypePart,
  `1 to ${MAX_TYPE_PART_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`,
);

export const typeName = named('TypeName', {
  description: 'The name of an event type: its category, a hyphen, its state.',
  pattern: `^${PART}-${PART}$`,
  examples: ['system-reboot-required'],
});

/** Numbers of event types, fates and quests. */
export const number = typed<number>({ type: 'integer', format: 'int64', minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const questNumber = component('QuestNumber', { ...number, description: "A quest's number." });

/** As a request may have it. */
export const questGiven = component(
  'QuestGiven',
  checked<number>({ ...number, description: "A quest's number." }, (value) =>
    typeof value === 'number' && parseQuestId(value) !== undefined
      ? undefined
      : `is ${inMessage(value)}: give a quest's number`,
  ),
);

export const eventId = named('EventId', {
  description: "An event's id: its host and its place in the host's stream.",
  pattern: `^${HOST}~\\d+$`,
  examples: ['web-1.example.com~0'],
});

export const laborId = named('LaborId', {
  description: "A labor's id: that of the event that opened it; follow-ups of one event add a number.",
  pattern: `^${HOST}~\\d+(?:\\.\\d+)?$`,
  examples: ['web-1.example.com~0'],
});

/** As requests may write it: the host's name as hosts may be given, without space around it. */
export const laborGiven = named('LaborGiven', {
  description: "A labor's id.",
  pattern: `^${HOST_WRITTEN}~(?:0|[1-9]\\d{0,14})(?:\\.[1-9]\\d{0,5})?$`,
  examples: ['web-1.example.com~0'],
});

export const instant = named(
  'Instant',
  {
    description: 'An instant as ISO 8601 with a zone; answers give UTC with milliseconds.',
    format: 'date-time',
    pattern: '^\\d{4}-\\d{2}-\\d{2}[Tt ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?:[Zz]|[+-]\\d{2}:?\\d{2})$',
    examples: ['2030-01-31T12:00:00.000Z'],
  },
  (value) => parseInstant(value) !== undefined,
  'an ISO 8601 time with a zone, such as 2030-01-31T12:00:00Z',
);

export const position = named('Position', {
  description:
    'A place in the journal: a whole number of up to 20 digits, below 2^64. Compare as such, not as a float.',
  pattern: '^(?:0|[1-9]\\d{0,19})$',
  examples: ['1234'],
});
