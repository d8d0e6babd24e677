/** The connection string: checked before the driver sees it, because the driver prints unknown options, password and all. */

/** The options that the driver knows, in lower case without `-` and `_`, as it compares them. */
const OPTIONS = new Set(
  [
    'tls tlsVerifyCert tlsCAFile userCertFile userKeyFile connectionName defaultDeadline throwOnAppendFailure',
    'discoveryInterval gossipTimeout maxDiscoverAttempts nodePreference keepAliveInterval keepAliveTimeout',
  ].flatMap((names) => names.split(' ').map(flat)),
);
const SCHEME = /^(?:esdb|kurrentdb|kurrent|kdb)(\+discover)?:\/\//;
/** Pause before the driver's first discovery of the server; its own default of 500 ms is meant for clusters. */
const SINGLE_NODE_DISCOVERY_MS = 10;
/** The driver's. */
const DEFAULT_KEEP_ALIVE_MS = 10_000;
/** In place of -1, which means that it is not asked for. */
const FOR_EVER_MS = 1_000_000_000;

export interface Connection {
  /** For the driver. Holds the password. */
  readonly url: string;
  /** Host and port, for messages. */
  readonly hosts: string;
}

/** Throws an Error with one sentence, without secrets, where the string is invalid. */
export function parseConnection(text: string): Connection {
  const scheme = SCHEME.exec(text);
  if (scheme === null) throw new Error('the address of the event store begins with no kurrentdb:// or esdb://');
  const rest = text.slice(scheme[0].length);
  const [address = '', query = ''] = rest.split('?');
  const hosts = address.slice(address.lastIndexOf('@') + 1).replace(/\/+$/, '');
  if (address.split('@').length > 2)
    throw new Error('the address of the event store has an @ in its user or password: write it as %40');
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

/**
 * The same address, for a client with a separate connection. gRPC for Node lets all channels of a process with the same
 * address and settings share one connection; the driver offers nothing against it, so a setting differs by milliseconds.
 */
export function withOwnConnection(url: string, nth: number): string {
  const [address = '', query = ''] = url.split('?');
  const pairs = query.split('&').filter((pair) => pair !== '');
  const isTimeout = (pair: string) => flat(pair.split('=')[0] ?? '') === 'keepalivetimeout';
  const given = Number(pairs.find(isTimeout)?.split('=')[1] ?? DEFAULT_KEEP_ALIVE_MS);
  const timeoutMs = (given < 0 ? FOR_EVER_MS : given) + nth;
  return `${address}?${[...pairs.filter((pair) => !isTimeout(pair)), `keepAliveTimeout=${timeoutMs}`].join('&')}`;
}

function flat(name: string): string {
  return name.trim().toLowerCase().replace(/[_-]/g, '');
}
