/** Lists of hosts in requests. How many there may be, the domain says. */
import { MAX_HOST_LENGTH, parseHostName } from '#domain';
import { inMessage } from '../in-message.js';
import { hostGiven } from './names.js';
import { checked } from './schema.js';

/** At most this many bad hosts of a list are named. */
const MAX_NAMED = 10;

/** What the name of a host is, for messages. */
export const HOST_WANTED = `a name is 1 to ${MAX_HOST_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`;

export const hostList = checked<readonly string[]>({ type: 'array', items: hostGiven }, (value) => {
  if (!Array.isArray(value)) return `is ${inMessage(value)}: give an array of names of hosts`;
  const named: string[] = [];
  let bad = 0;
  for (let index = 0; index < value.length; index += 1) {
    const host: unknown = value[index];
    if (typeof host === 'string' && parseHostName(host) !== undefined) continue;
    bad += 1;
    if (named.length < MAX_NAMED) named.push(`[${index}] is ${inMessage(host)}`);
  }
  if (bad === 0) return undefined;
  const more = bad > named.length ? `, and ${bad - named.length} more` : '';
  return `has what names no host: ${named.join(', ')}${more}; ${HOST_WANTED}`;
});
