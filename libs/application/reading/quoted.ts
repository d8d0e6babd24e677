/** A client's text, shortened and quoted for a message. */

const LONGEST = 100;

/** In quotation marks, control characters escaped, the end of a long text left out. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
