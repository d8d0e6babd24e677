/** Names of hosts: aliases, and the rules for names that nobody listed. */
import { MAX_ALIASES_OF_HOST, MAX_CUT_DOMAINS, parseHostName, type HostName, type NameRules } from '#domain';
import { inMessage } from '../in-message.js';
import { atOnce } from '../steps.js';
import { readHostList } from './host-list.js';
import * as names from './names.js';
import { checked, component, described, fields, flag, listOf, nullable, yes, type Infer } from './schema.js';
import { line, MAX_NAME_LENGTH } from './texts.js';

const by = { 'by?': described(line(MAX_NAME_LENGTH), "Absent: the token's name.") };

function nameList(least: number, most: number) {
  return checked<readonly string[]>(
    { type: 'array', items: names.hostGiven, minItems: least, maxItems: most },
    (value) => {
      if (!Array.isArray(value) || value.length < least || value.length > most)
        return `is ${Array.isArray(value) ? `${value.length} items` : inMessage(value)}: give an array of ${least} to ${most} names`;
      return atOnce(readHostList(value)).fault;
    },
  );
}

export const hostAliasesRequest = component(
  'HostAliasesRequest',
  fields({ names: nameList(1, MAX_ALIASES_OF_HOST), ...by }),
);
export type HostAliasesRequestBody = Infer<typeof hostAliasesRequest>;

const aliases = {
  ...listOf(names.hostName),
  maxItems: MAX_ALIASES_OF_HOST,
  description: 'Its other names, in the order in which they were given.',
};

/** The aliases of a host, as its dossier shows them. */
export const hostAliases = aliases;

export const hostAliasesBody = component(
  'HostAliases',
  fields({
    position: names.position,
    host: { ...names.hostName, description: "The host's own name." },
    aliases,
    changed: { ...flag, description: 'False where each was its alias already: then nothing was written.' },
    formerHosts: {
      ...listOf(names.hostName),
      maxItems: MAX_ALIASES_OF_HOST,
      description: 'New aliases that had a history of their own: `formerHost` finds it.',
    },
    'newHost?': { ...yes, description: 'Nobody had heard of the host before: is the name right?' },
  }),
);
export type HostAliasesBody = Infer<typeof hostAliasesBody>;

/** What an `If-Match` on a host's names is compared with. */
export function aliasesDefinition({ host, aliases: all }: Pick<HostAliasesBody, 'host' | 'aliases'>): object {
  return { host, aliases: all };
}

const rules = {
  cut: {
    ...listOf(names.hostName),
    maxItems: MAX_CUT_DOMAINS,
    description: 'Domains that are cut off the end of a name; the longest first, until none is left to cut.',
  },
  domain: {
    ...nullable(names.hostName),
    description: 'Appended to a name without a dot; null where nothing is.',
  },
};

export const nameRulesRequest = component(
  'NameRulesRequest',
  fields({
    'cut?': described(nameList(0, MAX_CUT_DOMAINS), 'Domains, without the dot before them; absent: none is cut.'),
    'domain?': described(nullable(names.hostGiven), 'Absent or null: none is appended.'),
    ...by,
  }),
);
export type NameRulesRequestBody = Infer<typeof nameRulesRequest>;

export const nameRulesBody = component('NameRules', fields(rules));
export type NameRulesBody = Infer<typeof nameRulesBody>;

export const nameRulesWrittenBody = component(
  'NameRulesWritten',
  fields({
    'position?': { ...names.position, description: 'Absent where nobody ever named anything.' },
    changed: { ...flag, description: 'False where these were the rules already: then nothing was written.' },
    ...rules,
  }),
);
export type NameRulesWrittenBody = Infer<typeof nameRulesWrittenBody>;

export function presentNameRules({ cut, domain }: NameRules): NameRulesBody {
  return { cut, domain };
}

/** The names of a body that the check took, as the domain has them; each once. */
export function namesOf(given: readonly string[]): readonly HostName[] {
  return [...new Set(given.map(nameOf))];
}

export function nameOf(given: string): HostName {
  const name = parseHostName(given);
  if (name === undefined) throw new TypeError(`a check let ${JSON.stringify(given)} pass`);
  return name;
}
