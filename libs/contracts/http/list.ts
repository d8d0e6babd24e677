/** A page of a list, as every list answers it. */
import { component, count, fields, listOf, nullable, text, yes, type Schema } from './schema.js';

export interface PageBody<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total?: number;
  readonly atLeast?: true;
}

/** Items of a list are counted up to this many; a list that knows its number without counting says it beyond that. */
export const MAX_COUNTED = 100_000;

/** Pages of `item`, which the API document calls `<name>List`. */
export function pageOf<T>(name: string, item: Schema<T>): Schema<PageBody<T>> {
  return component(
    `${name}List`,
    fields({
      items: listOf(item),
      next: { ...nullable(text), description: 'The next page is asked for with this as `cursor`.' },
      'total?': { ...count, description: 'With `count=true`: how many items there are on all pages.' },
      'atLeast?': {
        ...yes,
        description: `True where counting ended at ${MAX_COUNTED} items, and there are more than \`total\`; absent else.`,
      },
    }),
  );
}
