/** What an event may be made of: the limits that the parser keeps, for the code that describes or repeats them. Lengths count UTF-16 code units. */

/** Items of one array, and hosts of one `hosts`. */
export const MAX_EVENTS = 10_000;
export const MAX_KEY_LENGTH = 200;
export const MAX_BY_LENGTH = 200;
export const MAX_NOTE_LENGTH = 4000;
export const MAX_ATTRIBUTES = 32;
export const MAX_ATTRIBUTE_NAME_LENGTH = 64;
export const MAX_ATTRIBUTE_VALUE_LENGTH = 1000;
/** Of an event's `data`, as JSON without spaces, in UTF-8. */
export const MAX_DATA_BYTES = 32_768;
/** Each value of JSON has two bytes with its comma or brackets, so more values than this are more bytes than that. */
const MAX_DATA_VALUES = MAX_DATA_BYTES / 2;
/** How far ahead of our clock a reported time may be. */
export const MAX_AHEAD_MS = 5 * 60_000;
/** No event is reported as of before this: it is the zero of another system's time. */
export const LEAST_AT_MS = Date.UTC(2000, 0, 1);
/** What to say to a sender of such a time. */
export const TOO_EARLY =
  'no time before the year 2000 is taken: where it is not known when the event happened, leave it out, and the time of arrival is written';

// control characters, and halves of surrogate pairs
const NOT_PLAIN = /[\p{Cc}\p{Cs}]/u;
// of the control characters C0 without tab, line feed and carriage return
const NOT_FOR_NOTES = /[\0-\x08\v\f\x0e-\x1f\p{Cs}]/u;
const LONE_SURROGATE = /\p{Cs}/u;

/** What is wrong with a text that must be one line (a key, a name), as the end of a sentence; undefined where nothing is. */
export function plainTextFault(text: string): string | undefined {
  return textFault(text, NOT_PLAIN);
}

/** As {@link plainTextFault} for a note or an attribute's value: tabs and line ends are taken, too. */
export function noteTextFault(text: string): string | undefined {
  return textFault(text, NOT_FOR_NOTES);
}

/** Whether `text` is one line of valid unicode: no control characters, no lone surrogates. */
export function isPlainText(text: string): boolean {
  return plainTextFault(text) === undefined;
}

/** As {@link isPlainText} for a note or an attribute's value: tabs and line ends are taken, too. */
export function isNoteText(text: string): boolean {
  return noteTextFault(text) === undefined;
}

/** Whether an attribute may be called so. JavaScript's objects give two names a meaning of their own. */
export function isAttributeName(name: string): boolean {
  return (
    name.length >= 1 &&
    name.length <= MAX_ATTRIBUTE_NAME_LENGTH &&
    name !== '__proto__' &&
    name !== 'constructor' &&
    isPlainText(name)
  );
}

/** What is wrong with an event's `data`, an object of parsed JSON, as the end of a sentence; undefined where nothing is. */
export function dataFault(data: object): string | undefined {
  const room = { values: MAX_DATA_VALUES };
  if (!isFinite(data, room)) return 'holds a number beyond 1.8e308, which no JSON can keep; give it as a text';
  if (room.values < 0) return `has more than ${MAX_DATA_VALUES} values; give at most ${MAX_DATA_BYTES} bytes as JSON`;
  const bytes = Buffer.byteLength(JSON.stringify(data));
  return bytes > MAX_DATA_BYTES ? `has ${bytes} bytes as JSON; give at most ${MAX_DATA_BYTES}` : undefined;
}

/** Of the values for which there is `room`; it is below zero where there are more. The depth is that of a body, which is bounded. */
function isFinite(value: unknown, room: { values: number }): boolean {
  room.values -= 1;
  if (typeof value !== 'object' || value === null) return typeof value !== 'number' || Number.isFinite(value);
  for (const item of Array.isArray(value) ? (value as readonly unknown[]) : Object.values(value)) {
    if (room.values < 0) return true;
    if (!isFinite(item, room)) return false;
  }
  return true;
}

function textFault(text: string, refused: RegExp): string | undefined {
  if (!refused.test(text)) return undefined;
  return LONE_SURROGATE.test(text) ? 'is not valid unicode (half a surrogate pair)' : 'holds a control character';
}
