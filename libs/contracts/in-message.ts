/** A client's value as it may stand in a sentence. */

const MAX_LENGTH = 80;

/** The text, or its first characters and an ellipsis. */
export function cut(text: string, most = MAX_LENGTH): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/**
 * Texts in quotation marks, control characters escaped and cut after 80 characters; arrays and objects by their kind only,
 * since they may be large; `missing` for undefined.
 */
export function inMessage(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(cut(value));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const simple = value as number | boolean | null;
  return String(simple);
}
