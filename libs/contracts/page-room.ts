/** How much a page of a list may hold, whatever its items are: one of a thousand events may have 70 MB, and many are asked for at once. */

/** Characters of a page's items, as {@link charactersOf} counts them; one item is always given. */
export const MAX_PAGE_CHARACTERS = 2_097_152;

/** Of a value that is no text and has no parts. */
const SMALL = 8;

/** The first items that fit into one page. */
export class PageRoom {
  private left: number;
  private isEmpty = true;

  constructor(most = MAX_PAGE_CHARACTERS) {
    this.left = most;
  }

  /** Whether the next item belongs to the page. */
  takes(item: unknown): boolean {
    this.left -= charactersOf(item);
    const takes = this.isEmpty || this.left >= 0;
    this.isEmpty = false;
    return takes;
  }
}

/** About the length of a document as JSON. */
export function charactersOf(value: unknown): number {
  return Number.MAX_SAFE_INTEGER - leftAfter(value, Number.MAX_SAFE_INTEGER);
}

/** Whether a value has more characters, as {@link charactersOf} counts them; they are counted no further than to `most`. */
export function isLongerThan(value: unknown, most: number): boolean {
  return leftAfter(value, most) < 0;
}

/** What is left of `room` after the value; any negative number where it has no place. */
function leftAfter(value: unknown, room: number): number {
  let left = room - SMALL;
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null) return left;
  for (const name in value) {
    left = leftAfter((value as Readonly<Record<string, unknown>>)[name], left - name.length);
    if (left < 0) return left;
  }
  return left;
}
