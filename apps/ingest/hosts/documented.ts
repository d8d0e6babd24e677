/** What the API document says about commands on hosts, and on what they are called. */
import {
  hostAliasesBody,
  hostsCommandedBody,
  hostsImportedBody,
  hostWrittenBody,
  inventoryLine,
  nameRulesWrittenBody,
  type JsonSchema,
} from '#contracts';
import { AMENDED_TAG, answering, CSV_MEDIA, IF_MATCH, JSON_MEDIA, NDJSON_MEDIA, type Operation } from '#platform';
import { COMMANDED_LATER, ON_FOUND } from '../found.js';

export const attributesSet: Operation = {
  id: 'setHostAttributes',
  summary: 'Sets and clears attributes of a host',
  description: 'A host that nobody has heard of is known from then on. What is so already writes nothing.',
  writes: true,
  answers: answering(hostWrittenBody, 'Done, or it was so already.'),
  problems: ['attributes-full', 'conflict'],
};

export const hostRetired: Operation = {
  id: 'retireHost',
  summary: 'Retires a host: what is open on it is waived; its next event revives it',
  writes: true,
  answers: answering(hostWrittenBody, 'Done, or it was retired already.'),
  problems: ['host-unknown', 'conflict'],
};

const many = {
  description: `${ON_FOUND} Filters are those of \`GET /hosts\`.`,
  writes: true,
  answers: {
    ...answering(
      hostsCommandedBody,
      'One result per host, in their order or by name: a position, or why it could not be done. With `dryRun=true` how many match.',
    ),
    ...COMMANDED_LATER,
  },
  problems: ['too-broad', 'not-caught-up'],
} as const satisfies Partial<Operation>;

export const manyRetired: Operation = { id: 'retireHosts', summary: 'Retires many hosts', ...many };

export const manyAttributesSet: Operation = {
  id: 'setAttributesOfHosts',
  summary: 'Sets and clears attributes of many hosts',
  ...many,
};

export const aliasesGiven: Operation = {
  id: 'giveHostAliases',
  summary: 'Gives a host other names: from then on they mean the host wherever a host is named',
  description:
    'All of them, or none. A name that is a host of its own is taken once that host is retired: what was logged under it keeps its ids, and `formerHost` finds it. Every ingest goes by the names within a second.',
  examples: { [JSON_MEDIA]: { names: ['web-1', 'i-0a1b2c3d'] } },
  writes: true,
  headers: IF_MATCH,
  answers: answering(hostAliasesBody, 'What the host is called now.', AMENDED_TAG),
  problems: [
    'conflict',
    'precondition-failed',
    'not-caught-up',
    'alias-of-itself',
    'alias-taken',
    'aliases-full',
    'host-in-use',
  ],
};

export const aliasRemoved: Operation = {
  id: 'removeHostAlias',
  summary: 'Takes a name from a host: from then on it means a host of its own',
  description:
    'What was logged on the host under that name stays there. Refused where it is the last alias of a host that is not retired, which the rules would call otherwise.',
  writes: true,
  headers: IF_MATCH,
  answers: answering(hostAliasesBody, 'What the host is called now.', AMENDED_TAG),
  problems: ['conflict', 'precondition-failed', 'not-caught-up', 'alias-unknown', 'host-in-use'],
};

export const nameRulesSet: Operation = {
  id: 'setNameRules',
  summary: 'Sets the rules for names that are nobody’s alias: which domains are cut, and which is appended',
  description:
    'In place of those before. A host that has aliases keeps its name. Refused where a host that is not retired would be called otherwise.',
  examples: { [JSON_MEDIA]: { cut: ['lan'], domain: 'example.com' } },
  writes: true,
  headers: IF_MATCH,
  answers: answering(nameRulesWrittenBody, 'The rules as they are now.', AMENDED_TAG),
  problems: ['conflict', 'precondition-failed', 'not-caught-up', 'host-in-use', 'name-rules-invalid'],
};

const csv: JsonSchema = {
  type: 'string',
  // bytes, of which a mark at the beginning may say that they are UTF-16
  format: 'binary',
  description:
    'A header row, with `host`, a column for each attribute, and `aliases` for names with blanks, commas or semicolons between them; an empty cell clears its attribute, and gives no alias.',
};

export const hostsImported: Operation = {
  id: 'importHosts',
  summary: 'Imports an inventory: attributes and aliases of hosts, each written only where it changes something',
  description:
    'Each good line is taken, and its host is in the inventory from then on. Hosts that are known and not retired, and that the inventory lacks, are counted; those that its last import had are in it no longer, and nothing else is done about them. Where the host of a line cannot be read, or no line is taken, none are. Sending it again does no harm.',
  writes: true,
  body: {
    [NDJSON_MEDIA]: { anyOf: [inventoryLine], description: 'One a line, of up to 1 MiB each.' },
    [CSV_MEDIA]: csv,
  },
  examples: {
    [NDJSON_MEDIA]: { host: 'web-1.example.com', attributes: { role: 'web', owner: 'ann' }, aliases: ['web-1'] },
    [CSV_MEDIA]: 'host,role,owner\nweb-1.example.com,web,ann\n',
  },
  answers: answering(hostsImportedBody, 'What became of it.'),
  problems: ['conflict'],
};
