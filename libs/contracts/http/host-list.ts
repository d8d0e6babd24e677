/** Lists of hosts in requests. How many there may be, the domain says. */
import { MAX_HOST_LENGTH, parseHostName, type HostName } from '#domain';
import { inMessage } from '../in-message.js';
import { atOnce, type Steps } from '../steps.js';
import { hostGiven } from './names.js';
import { checked } from './schema.js';

/** At most this many bad hosts of a list are named. */
const MAX_NAMED = 10;
/** A step of reading takes a millisecond or two. */
export const STEP_HOSTS = 5000;

/** What the name of a host is, for messages. */
export const HOST_WANTED = `a name is 1 to ${MAX_HOST_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`;

export interface HostsRead {
  /** In the list's order. */
  readonly hosts: readonly HostName[];
  /** What is wrong, to be said behind the name of the field; undefined where nothing is. */
  readonly fault: string | undefined;
}

/** The hosts that a list names. */
export function* readHostList(list: readonly unknown[]): Steps<HostsRead> {
  const hosts: HostName[] = [];
  const named: string[] = [];
  let bad = 0;
  for (let index = 0; index < list.length; index += 1) {
    if (index % STEP_HOSTS === STEP_HOSTS - 1) yield;
    const given: unknown = list[index];
    const host = typeof given === 'string' ? parseHostName(given) : undefined;
    if (host !== undefined) {
      hosts.push(host);
      continue;
    }
    bad += 1;
    if (named.length < MAX_NAMED) named.push(`[${index}] is ${inMessage(given)}`);
  }
  if (bad === 0) return { hosts, fault: undefined };
  const more = bad > named.length ? `, and ${bad - named.length} more` : '';
  return { hosts, fault: `has what names no host: ${named.join(', ')}${more}; ${HOST_WANTED}` };
}

export const hostList = checked<readonly string[]>({ type: 'array', items: hostGiven }, (value) => {
  if (!Array.isArray(value)) return `is ${inMessage(value)}: give an array of names of hosts`;
  return atOnce(readHostList(value)).fault;
});
