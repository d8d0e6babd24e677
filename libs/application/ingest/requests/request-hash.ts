/** Which requests with an Idempotency-Key are the same: by hashes of what they are for, and of what they ask. */
import { createHash } from 'node:crypto';
import { inTurns, type Steps } from '#contracts';

/** Characters that are hashed in one step: a few milliseconds. */
const STEP_CHARACTERS = 16_384;
/** Items of a list that make one text: each may have some KiB, or a name. */
const TEXT_ITEMS = 64;

/**
 * What is asked without the fields that say nothing, of the whole and of its items: so a Hermes that knows one optional field
 * more takes the repeat of a request for the same. Deeper down a null may be the client's own.
 */
function stated(body: unknown, depth: number): unknown {
  if (typeof body !== 'object' || body === null || depth > 1) return body;
  if (Array.isArray(body)) return body.map((item) => stated(item, depth + 1));
  const said = Object.entries(body).filter(([, field]) => field !== null);
  return Object.fromEntries(said.map(([name, field]) => [name, stated(field, depth + 1)]));
}

/** The same for whatever order the fields of its objects stand in. For short values: see {@link bodyHash}. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortedFields), 'utf8').digest('hex').slice(0, 40);
}

/** Of what is asked, which may have some MiB, in one list or in a field: others have their turn between its parts. */
export function bodyHash(body: unknown): Promise<string> {
  return inTurns(hashInSteps(body));
}

function* hashInSteps(body: unknown): Steps<string> {
  const hash = createHash('sha256');
  let characters = 0;
  for (const text of textsOf(body, 0)) {
    hash.update(text, 'utf8');
    characters += text.length;
    if (characters < STEP_CHARACTERS) continue;
    characters = 0;
    yield;
  }
  return hash.digest('hex').slice(0, 40);
}

/** What a body states as parts of one text, and equal bodies as equal texts: lists in pieces, objects field by field in order. */
function* textsOf(value: unknown, depth: number): Generator<string> {
  if (Array.isArray(value)) {
    yield '[';
    for (let from = 0; from < value.length; from += TEXT_ITEMS) {
      const items = value.slice(from, from + TEXT_ITEMS).map((item) => stated(item, depth + 1));
      yield `${JSON.stringify(items, sortedFields).slice(1, -1)},`;
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null && depth === 0) {
    yield '{';
    for (const [name, field] of Object.entries(sortedFields('', value) as object)) {
      if (field === undefined || field === null) continue;
      yield `${JSON.stringify(name)}:`;
      yield* textsOf(field, depth + 1);
      yield ',';
    }
    yield '}';
  } else {
    // of what is absent there is none
    const text = JSON.stringify(stated(value, depth), sortedFields) as string | undefined;
    if (text !== undefined) yield text;
  }
}

function sortedFields(_name: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
}
