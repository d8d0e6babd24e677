/**
 * A whole list as one stream of text, read page by page as its reader takes it: what is held is a page or two, however long
 * the list is. What goes wrong on the way destroys the stream, so that nothing cut short looks whole.
 */
import { Readable } from 'node:stream';
import { turn, type CursorKey, type Page } from '#contracts';

export interface ListStreamParts<T> {
  readonly first: Page<T>;
  /** The page of `limit` items after `after`. */
  readonly next: (after: CursorKey, limit: number) => Promise<Page<T>>;
  readonly pageLimit: number;
  /** At most this many items; Infinity: all. */
  readonly most: number;
  /** Before the first item; may be empty. */
  readonly head: string;
  readonly write: (items: readonly T[]) => string;
  /** A reader that takes nothing for so long is given up. */
  readonly stallMs: number;
}

/** Its reader took nothing for too long. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

/** `rows`: items that were handed over so far. */
export interface ListStream {
  readonly stream: Readable;
  rows(): number;
}

export function streamList<T>(parts: ListStreamParts<T>): ListStream {
  let rows = 0;
  const count = (items: number): number => (rows += items);
  return { stream: streamTexts(texts(parts, count), parts.stallMs), rows: () => rows };
}

/** Texts as one stream, made as its reader takes it; one that takes nothing for `stallMs` is given up. What they reject with destroys it. */
export function streamTexts(texts: AsyncIterable<string>, stallMs: number): Readable {
  const stream = Readable.from(
    handedOn(texts, stallMs, () => stream),
    { objectMode: false },
  );
  return stream;
}

async function* handedOn(
  texts: AsyncIterable<string>,
  stallMs: number,
  stream: () => Readable,
): AsyncGenerator<string, void, undefined> {
  for await (const text of texts) {
    if (text === '') continue;
    const stalled = setTimeout(() => {
      stream().destroy(new Stalled(`nothing was taken for ${stallMs / 1000} s`));
    }, stallMs);
    try {
      yield text;
    } finally {
      clearTimeout(stalled);
    }
  }
}

async function* texts<T>(
  parts: ListStreamParts<T>,
  count: (items: number) => number,
): AsyncGenerator<string, void, undefined> {
  const { first, next, pageLimit, most, head, write } = parts;
  let text = head;
  for (let page = first; ;) {
    text += write(page.items);
    const left = most - count(page.items.length);
    yield text;
    if (page.next === null || left <= 0) return;
    text = '';
    // reading from an embedded store and writing to a fast reader never wait: others get their turn here
    await turn();
    page = await next(page.next, Math.min(pageLimit, left));
  }
}
