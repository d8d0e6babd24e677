/** What a part of a path names, by the segment before it: its schema, and the code that says there is none. */
import { names, type ErrorCode, type JsonSchema } from '#contracts';

export interface Thing {
  readonly schema: JsonSchema;
  readonly about: string;
  readonly unknown: ErrorCode;
}

const id: JsonSchema = { type: 'string' };

const THINGS: Readonly<Record<string, Thing>> = {
  'event-types': { schema: names.typeName, about: 'The name of an event type.', unknown: 'event-type-unknown' },
  fates: { schema: id, about: 'The number or the name of a fate.', unknown: 'fate-unknown' },
  events: { schema: id, about: 'The id of an event, such as `web-1.example.com~0`.', unknown: 'event-unknown' },
  labors: { schema: id, about: 'The id of a labor, such as `web-1.example.com~0`.', unknown: 'labor-unknown' },
  quests: { schema: names.questNumber, about: 'The number of a quest.', unknown: 'quest-unknown' },
  hosts: { schema: names.hostGiven, about: 'The name of a host.', unknown: 'host-unknown' },
  operations: { schema: id, about: 'The id of an operation.', unknown: 'operation-unknown' },
  verify: { schema: id, about: 'The id of a verification.', unknown: 'verification-unknown' },
  'what-if': { schema: id, about: 'The id of a what-if.', unknown: 'what-if-unknown' },
  aliases: { schema: names.hostGiven, about: 'An alias of the host.', unknown: 'alias-unknown' },
  parked: { schema: id, about: 'The name of a host, or `quest-` and a number.', unknown: 'not-parked' },
  rebuilds: { schema: id, about: 'The number of a rebuild.', unknown: 'rebuild-unknown' },
  generations: { schema: id, about: 'The number of a generation of the views.', unknown: 'generation-unknown' },
  docs: { schema: id, about: 'A file of the documentation page.', unknown: 'not-found' },
};

/** Throws where a path has a parameter after a segment that is not known here: the developer who adds it says what it names. */
export function thingAfter(segment: string): Thing {
  const thing = Object.hasOwn(THINGS, segment) ? THINGS[segment] : undefined;
  if (thing === undefined) throw new Error(`what stands after /${segment}/ is not known to the API document`);
  return thing;
}
