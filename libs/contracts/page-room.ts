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
  if (typeof value === 'string') return SMALL + value.length;
  if (typeof value !== 'object' || value === null) return SMALL;
  let characters = SMALL;
  for (const name in value)
    characters += name.length + charactersOf((value as Readonly<Record<string, unknown>>)[name]);
  return characters;
}
