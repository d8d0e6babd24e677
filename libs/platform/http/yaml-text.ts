/** Lists of things as YAML 1.2, for files that people keep: readers of YAML 1.1 understand them alike. */
import { stringify } from 'yaml';
import type { Steps } from '#contracts';

/** Items that are written in one step. */
const STEP_ITEMS = 20;
const OPTIONS = { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false } as const;

/** Each field with the items of its list, one after the other; no line is broken, so that a change shows in the line that it is in. */
export function* yamlOf(lists: Readonly<Record<string, readonly object[]>>): Steps<string> {
  let text = '';
  for (const [name, items] of Object.entries(lists)) {
    text += items.length === 0 ? `${name}: []\n` : `${name}:\n`;
    for (const [index, item] of items.entries()) {
      if (index % STEP_ITEMS === 0) yield;
      // as it stands in the list: behind the line with the list's name
      const alone = stringify({ [name]: [item] }, OPTIONS);
      text += alone.slice(alone.indexOf('\n') + 1);
    }
  }
  return text;
}
