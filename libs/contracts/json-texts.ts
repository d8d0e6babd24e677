/**
 * The JSON of a large value as texts that make it up, so that it is written a few items at a time and others have their turn
 * between them. Libraries that cut anywhere take twice the time of `JSON.stringify` for many small items; this cuts between
 * the items of lists only, which is where answers are long.
 */

/** Characters of a text, at least, unless it is the last. */
export const JSON_TEXT_LENGTH = 65_536;
/** Items of a list that are written at once: each may have tens of KiB. */
const ITEMS_AT_ONCE = 16;

/** Texts that together are what `JSON.stringify(value)` is; none where that is undefined. Lists are cut where `value` is one, or is an object with some as fields. */
export function* jsonTexts(value: unknown, textLength = JSON_TEXT_LENGTH): Generator<string, void> {
  let text = '';
  for (const part of partsOf(value)) {
    text += part;
    if (text.length < textLength) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function* partsOf(value: unknown): Generator<string, void> {
  if (isPlainObject(value)) yield* fieldsOf(value);
  else yield* listOrWhole(value);
}

function* fieldsOf(value: object): Generator<string, void> {
  let before = '{';
  for (const [name, field] of Object.entries(value)) {
    let lead = `${before}${JSON.stringify(name)}:`;
    for (const part of listOrWhole(field)) {
      yield lead + part;
      lead = '';
    }
    // of a field that JSON has nothing for there is none
    if (lead === '') before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* listOrWhole(value: unknown): Generator<string, void> {
  if (Array.isArray(value) && value.length > ITEMS_AT_ONCE && !hasOwnJson(value)) {
    for (let from = 0; from < value.length; from += ITEMS_AT_ONCE) {
      const items = JSON.stringify(value.slice(from, from + ITEMS_AT_ONCE)).slice(1, -1);
      yield (from === 0 ? '[' : ',') + items;
    }
    yield ']';
  } else {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) yield text;
  }
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || hasOwnJson(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasOwnJson(value: object): boolean {
  return 'toJSON' in value;
}
