/** What the API document says about commands on hosts. */
import { hostResultsBody, hostsImportedBody, hostWrittenBody, inventoryLine, type JsonSchema } from '#contracts';
import { answering, CSV_MEDIA, NDJSON_MEDIA, type Operation } from '#platform';

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

export const hostsRetired: Operation = {
  id: 'retireHosts',
  summary: 'Retires many hosts',
  writes: true,
  answers: answering(hostResultsBody, 'One result per host, in their order: a position, or why it could not be done.'),
};

const csv: JsonSchema = {
  type: 'string',
  // bytes, of which a mark at the beginning may say that they are UTF-16
  format: 'binary',
  description: 'A header row, with `host` and a column for each attribute; an empty cell clears its attribute.',
};

export const hostsImported: Operation = {
  id: 'importHosts',
  summary: 'Imports an inventory: attributes of hosts, each written only where it changes something',
  description:
    'Each good line is taken. Hosts that are known and not retired, and that the inventory lacks, are counted; nothing is done about them. Where the host of a line cannot be read, none are. Sending it again does no harm.',
  writes: true,
  body: {
    [NDJSON_MEDIA]: { anyOf: [inventoryLine], description: 'One a line, of up to 1 MiB each.' },
    [CSV_MEDIA]: csv,
  },
  examples: {
    [NDJSON_MEDIA]: { host: 'web-1.example.com', attributes: { role: 'web', owner: 'ann' } },
    [CSV_MEDIA]: 'host,role,owner\nweb-1.example.com,web,ann\n',
  },
  answers: answering(hostsImportedBody, 'What became of it.'),
  problems: ['conflict'],
};
