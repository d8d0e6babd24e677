/** Attributes of a host (rule 23): what it has after a change of them. */
import type { Attributes, HostAttributesSet } from './entries.js';
import { MAX_HOST_ATTRIBUTES } from './state.js';

export type AttributesChange = Pick<HostAttributesSet, 'set' | 'clear'>;

/** `same`: it has them so already. `full`: it would have more than it may, and nothing of the change is done. */
export type AttributesAfter =
  { readonly kind: 'changed'; readonly attributes: Attributes } | { readonly kind: 'same' | 'full' };

/** The fold asks it, and so does the refusal in good time. */
export function attributesAfter(before: Attributes, { set, clear }: AttributesChange): AttributesAfter {
  const after = new Map(Object.entries(before));
  for (const name of clear) after.delete(name);
  for (const [name, value] of Object.entries(set)) after.set(name, value);
  if (after.size > MAX_HOST_ATTRIBUTES) return { kind: 'full' };
  const isSame =
    after.size === Object.keys(before).length && [...after].every(([name, value]) => before[name] === value);
  if (isSame) return { kind: 'same' };
  return { kind: 'changed', attributes: Object.fromEntries([...after].sort(byName)) };
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
