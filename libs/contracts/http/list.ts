/** A page of a list, as every list answers it. */
import { component, count, fields, listOf, nullable, text, type Schema } from './schema.js';

export interface PageBody<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total?: number;
}

/** Pages of `item`, which the API document calls `<name>List`. */
export function pageOf<T>(name: string, item: Schema<T>): Schema<PageBody<T>> {
  return component(
    `${name}List`,
    fields({
      items: listOf(item),
      next: { ...nullable(text), description: 'The next page is asked for with this as `cursor`.' },
      'total?': { ...count, description: 'With `count=true`: how many items there are on all pages.' },
    }),
  );
}
