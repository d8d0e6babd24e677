/** How entries of the stream `names` are stored. */
import type { NamesEntry } from '#domain';
import { NAMES_STREAM } from '../streams.js';
import { hostName, listOf, optional, text } from './fields.js';
import { streamCodec } from './stream-codec.js';

const by = optional(text);
const aliases = { host: hostName, names: listOf(hostName), by };

export const namesCodec = streamCodec<NamesEntry, true>("the names' stream", isNames, {
  HostAliased: { fields: aliases },
  HostAliasesRemoved: { fields: aliases },
  NameRulesSet: { fields: { cut: listOf(hostName), domain: optional(hostName), by } },
});

/** There is one: its stream's name says nothing more. */
function isNames(stream: string): true | undefined {
  return stream === NAMES_STREAM ? true : undefined;
}
