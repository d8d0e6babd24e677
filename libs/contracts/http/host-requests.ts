/** Commands on hosts: what they take, and what they answer. */
import { MAX_ALIASES_OF_HOST, MAX_HOST_ATTRIBUTES } from '#domain';
import { MAX_NAMED_ATTRIBUTES } from '../inventory.js';
import { isAttributeName } from '../event-limits.js';
import { inMessage } from '../in-message.js';
import { rejectedLine } from './event.js';
import { foundBody } from './labor.js';
import { attributeName, attributesGiven, attributeValue } from './event-requests.js';
import * as names from './names.js';
import {
  checked,
  component,
  count,
  described,
  eitherOf,
  extended,
  fields,
  flag,
  listOf,
  nullable,
  text,
  typed,
  yes,
  type Infer,
} from './schema.js';
import { line, lines, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './texts.js';

/** As many hosts are retired by one request. */
const MAX_HOSTS = 1000;
/** No text that names a host is longer, but for space around it. */
const MAX_HOST_TEXT = 300;

const by = { 'by?': described(line(MAX_NAME_LENGTH), "Absent: the token's name.") };
const reason = lines(1, MAX_TEXT_LENGTH);

const namesToClear = checked<readonly string[]>(
  { type: 'array', items: attributeName, maxItems: MAX_HOST_ATTRIBUTES },
  (value) => {
    if (!Array.isArray(value) || value.length > MAX_HOST_ATTRIBUTES)
      return `is ${Array.isArray(value) ? `${value.length} items` : inMessage(value)}: give an array of at most ${MAX_HOST_ATTRIBUTES} names`;
    const bad: unknown = value.find((name) => typeof name !== 'string' || !isAttributeName(name));
    return bad === undefined ? undefined : `has ${inMessage(bad)}, which cannot name an attribute`;
  },
);

export const hostAttributesRequest = component(
  'HostAttributesRequest',
  fields({
    'set?': component('HostAttributesGiven', attributesGiven(MAX_HOST_ATTRIBUTES)),
    'clear?': described(namesToClear, 'Names; what `set` names too is set.'),
    ...by,
  }),
);
export type HostAttributesBody = Infer<typeof hostAttributesRequest>;

export const hostRetireRequest = component('HostRetireRequest', fields({ ...by, reason }));
export type HostRetireBody = Infer<typeof hostRetireRequest>;

/** Texts that may name hosts; one that names none is answered as an unknown host among the results. */
const hosts = checked<readonly string[]>(
  {
    type: 'array',
    minItems: 1,
    maxItems: MAX_HOSTS,
    items: { type: 'string', maxLength: MAX_HOST_TEXT, examples: ['web-1.example.com'] },
  },
  (value) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > MAX_HOSTS)
      return `is ${Array.isArray(value) ? `${value.length} items` : inMessage(value)}: give an array of 1 to ${MAX_HOSTS} names of hosts`;
    const index = value.findIndex((host) => typeof host !== 'string' || host.length > MAX_HOST_TEXT);
    return index < 0 ? undefined : `has at [${index}] ${inMessage(value[index])}: give names of hosts`;
  },
);

/** As of one host, of hosts that it names. */
export const hostsAttributesRequest = component('HostsAttributesRequest', extended(hostAttributesRequest, { hosts }));

export const hostsRetireRequest = component('HostsRetireRequest', fields({ ...by, reason, hosts }));

const changed = { ...flag, description: 'False where it was so already: then nothing was written.' };
const newHost = { ...yes, description: 'Nobody had heard of it before: is the name right?' };

export const hostWrittenBody = component(
  'HostWritten',
  fields({
    position: names.position,
    host: { ...names.hostName, description: "The host's own name, whatever it was called by." },
    changed,
    'newHost?': newHost,
  }),
);
export type HostWrittenBody = Infer<typeof hostWrittenBody>;

/** One result per host of the request, in their order; `position` where all are visible that could be done. */
export const hostResultsBody = component(
  'HostResults',
  fields({
    'position?': names.position,
    results: listOf(
      component(
        'HostResult',
        eitherOf(
          component('HostDone', fields({ host: text, position: names.position, changed })),
          component('HostRefused', fields({ host: text, code: text, detail: text })),
        ),
      ),
    ),
  }),
);
export type HostResultsBody = Infer<typeof hostResultsBody>;

export const hostsCommandedBody = component('HostsCommanded', eitherOf(hostResultsBody, foundBody));

/** A line of an inventory as NDJSON. The bodies do not pass through this check: lines are read one by one. */
export const inventoryLine = component(
  'InventoryLine',
  fields({
    host: names.hostGiven,
    'attributes?': component(
      'InventoryAttributes',
      typed<Readonly<Record<string, string | number | boolean | null>>>({
        type: 'object',
        maxProperties: MAX_NAMED_ATTRIBUTES,
        propertyNames: attributeName,
        additionalProperties: component('InventoryValue', nullable(attributeValue)),
        description: `Null clears one. Those that are not named stay as they are. A host has at most ${MAX_HOST_ATTRIBUTES} afterwards.`,
      }),
    ),
    'aliases?': {
      ...listOf(names.hostGiven),
      maxItems: MAX_ALIASES_OF_HOST,
      description: 'Names that are to mean the host too; those that it has stay. Where one is refused, the line is.',
    },
  }),
);

export const hostsImportedBody = component(
  'HostsImported',
  fields({
    position: names.position,
    changed: { ...count, description: 'Hosts of which an entry was written, new ones among them.' },
    unchanged: { ...count, description: 'Hosts that were in the inventory, and as it has them.' },
    new: { ...count, description: 'Hosts that nobody had heard of before.' },
    rejected: count,
    errors: { ...listOf(rejectedLine), maxItems: 100, description: 'Of the first lines that were rejected.' },
    'missing?': {
      ...count,
      description:
        'Hosts that are known and not retired, and that the inventory lacks, whether it had them or not: nothing is done about them but that it has them no longer. Absent where a line was rejected of which the host cannot be read.',
    },
    'missingHosts?': { ...listOf(names.hostName), maxItems: 100, description: 'The first of them, by name.' },
    'gone?': {
      ...count,
      description:
        'Hosts that the import takes off the inventory, retired ones among them: its last import had them, and this one lacks them.',
    },
    'dryRun?': { ...yes, description: 'Nothing was written.' },
  }),
);
export type HostsImportedBody = Infer<typeof hostsImportedBody>;
