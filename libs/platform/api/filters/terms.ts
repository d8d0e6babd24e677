/** The domain's names as filters write them, in a query string or a body. */
import { component, MAX_ATTRIBUTE_NAME_LENGTH, MAX_ATTRIBUTE_VALUE_LENGTH, names } from '#contracts';
import { isTypePart, parseHostName, parseLaborId, parseQuestId, parseTypeName } from '#domain';
import type { HostName, LaborId, QuestId, TypeName } from '#domain';
import { MAX_PRINCIPAL_LENGTH } from '../../settings/principal.js';
import { several, words, type Word } from '../description/query.js';

/** What a host or the beginning of hosts may be asked by. */
export type HostTerm = { readonly host: HostName } | { readonly prefix: string };

const PREFIX = /^[a-z0-9][a-z0-9._-]{0,252}$/;
const NUMBER = /^[1-9]\d{0,15}$/;

export const host: Word<HostName> = { parse: parseHostName, takes: 'host names', schema: names.hostGiven };

/** A filter by what a host was called before that was an alias. */
export const formerHost = {
  ...several(host),
  about:
    'Takes names that may be aliases by now: finds what was logged under the names themselves. Together with `host`: either.',
};

export const hostTerm: Word<HostTerm> = {
  parse(text) {
    if (text.endsWith('*')) {
      const prefix = text.slice(0, -1).trim().toLowerCase();
      return PREFIX.test(prefix) ? { prefix } : undefined;
    }
    const name = parseHostName(text);
    return name === undefined ? undefined : { host: name };
  },
  takes: 'host names, or how they begin with * after it',
  schema: names.hostTerm,
};

export const type: Word<TypeName> = {
  parse: parseTypeName,
  takes: 'names of event types, e.g. system-reboot-required',
  schema: names.typeName,
};

export const category: Word<string> = {
  parse: (text) => (isTypePart(text) ? text : undefined),
  takes: 'categories of event types, e.g. system-reboot',
  schema: names.typePart,
};

/** A name of at least one character before the colon. */
const ATTRIBUTE = /^[^]+:/;
const text = words(MAX_ATTRIBUTE_NAME_LENGTH + 1 + MAX_ATTRIBUTE_VALUE_LENGTH);

const attribute: Word<string> = {
  parse: (term) => (ATTRIBUTE.test(term) ? text.parse(term) : undefined),
  takes: 'attributes as name:value, e.g. role:web, numbers and booleans as JSON writes them',
  schema: { ...text.schema, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+:[^\\u0000-\\u001f\\u007f-\\u009f]*$' },
};

/** A filter of hosts by what they have. */
export const attributes = { ...several(attribute), about: `Takes ${attribute.takes}; of several all must hold.` };

export const principal = words(MAX_PRINCIPAL_LENGTH);

export const quest: Word<QuestId> = { parse: questId, takes: 'numbers of quests', schema: names.questNumber };

export const questOrNone: Word<QuestId | 'none'> = {
  parse: (text) => (text === 'none' ? text : questId(text)),
  takes: 'numbers of quests, or none',
  schema: component('QuestOrNone', {
    anyOf: [names.questNumber, component('NoQuest', { type: 'string', enum: ['none'] })],
  }),
};

export const labor: Word<LaborId> = {
  parse: (text) => parseLaborId(text)?.id,
  takes: 'ids of labors, e.g. web-1~0',
  schema: names.laborGiven,
};

function questId(text: string): QuestId | undefined {
  return NUMBER.test(text) ? parseQuestId(Number(text)) : undefined;
}
