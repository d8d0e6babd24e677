/** The connection string: checked before the driver sees it, because the driver prints what it does not know, password and all. */

/** What the driver knows, in lower case without `-` and `_`, as it compares. */
const OPTIONS = new Set(
  [
    'tls tlsVerifyCert tlsCAFile userCertFile userKeyFile connectionName defaultDeadline throwOnAppendFailure',
    'discoveryInterval gossipTimeout maxDiscoverAttempts nodePreference keepAliveInterval keepAliveTimeout',
  ].flatMap((names) => names.split(' ').map(flat)),
);
const SCHEME = /^(?:esdb|kurrentdb|kurrent|kdb)(\+discover)?:\/\//;
/** The driver waits so long before it looks for the server the first time; its own 500 ms are meant for clusters. */
const SINGLE_NODE_DISCOVERY_MS = 10;

export interface Connection {
  /** For the driver. Holds the password. */
  readonly url: string;
  /** Host and port, for messages. */
  readonly hosts: string;
}

/** Throws an Error with one sentence, without secrets, where the string is none. */
export function parseConnection(text: string): Connection {
  const scheme = SCHEME.exec(text);
  if (scheme === null) throw new Error('the address of the event store begins with no kurrentdb:// or esdb://');
  const rest = text.slice(scheme[0].length);
  const [address = '', query = ''] = rest.split('?');
  const hosts = address.slice(address.lastIndexOf('@') + 1).replace(/\/+$/, '');
  if (!/^[^\s/@]+$/.test(hosts)) throw new Error('the address of the event store names no host');
  const names = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=')[0] ?? '');
  for (const name of names) {
    if (!OPTIONS.has(flat(name))) throw new Error(`the address of the event store has an option that is none: ${name}`);
    if (flat(name) === 'throwonappendfailure')
      throw new Error('throwOnAppendFailure is not to be set: outcomes would be read wrongly');
  }
  const options = query === '' ? [] : [query];
  const isCluster = scheme[1] !== undefined || hosts.includes(',');
  if (!isCluster && !names.some((name) => flat(name) === 'discoveryinterval')) {
    options.push(`discoveryInterval=${SINGLE_NODE_DISCOVERY_MS}`);
  }
  const suffix = options.length === 0 ? '' : `?${options.join('&')}`;
  return { url: `kurrentdb${scheme[1] ?? ''}://${address.replace(/\/+$/, '')}${suffix}`, hosts };
}

function flat(name: string): string {
  return name.trim().toLowerCase().replace(/[_-]/g, '');
}
