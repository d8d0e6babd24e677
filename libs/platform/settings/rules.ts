/** The rules between settings, by the app that reads them: one sentence per fault, and hints for ignored settings. */
import { mostOfOne } from '#application';
import { isLoopbackName } from './loopback.js';
import type { AppKind } from './apps.js';
import { fileOf, schema, variables, type Read } from './schema.js';
import { choicesOf, STORES, type StoreChoice, type StorePort } from './store-choices.js';
import type { Variable } from './variable.js';

export interface Judged {
  readonly settings: Read<typeof schema>;
  readonly app: AppKind;
  /** Whether a variable is in the environment, readable or not. */
  readonly given: (name: string) => boolean;
  /** Variables that could not be read: their default is not the operator's choice. */
  readonly faulty: ReadonlySet<string>;
}

export function faultsOf(judged: Judged): readonly string[] {
  return [
    ...addressFaults(judged),
    ...embeddedFaults(judged),
    ...missingFaults(judged),
    ...unreadFaults(judged),
    ...kafkaFaults(judged),
    ...limitFaults(judged),
  ];
}

/** The ignored settings, and why. */
export function hintsOf(judged: Judged): readonly string[] {
  return unread(judged)
    .filter(({ ignorable }) => ignorable === true)
    .map(({ name, readBy = [] }) => `${name} is not used: only ${readBy.join(', ')} would read it`);
}

/** Whether the app opens a store in its own process. */
export function holdsEmbedded(settings: Pick<Read<typeof schema>, StorePort>, { opens }: AppKind): boolean {
  return opens.some((port) => settings[port] === STORES[port].embedded);
}

function addressFaults({ settings: { host, tokensFile }, faulty }: Judged): readonly string[] {
  if (isLoopbackName(host) || tokensFile !== null || faulty.has('HERMES_TOKENS_FILE')) return [];
  return [
    `HERMES_HOST is ${JSON.stringify(host)}, which other machines can reach: set HERMES_TOKENS_FILE, or listen on 127.0.0.1`,
  ];
}

function embeddedFaults(judged: Judged): readonly string[] {
  const { settings, app } = judged;
  if (!app.apart) return [];
  return portsOf(judged).flatMap((port) => {
    const { variable, embedded, remote, why } = STORES[port];
    if (settings[port] !== embedded) return [];
    const needs = neededBy(remote).map((name) => ` and ${name}`);
    return [
      `${variable} is ${embedded}, ${why}: for ${app.name} apart set ${variable}=${remote}${needs.join('')}, ` +
        'or run all in one process (npm start)',
    ];
  });
}

/** A chosen store lacks a required setting. */
function missingFaults(judged: Judged): readonly string[] {
  const stores = chosen(judged);
  return Object.values(variables)
    .filter(({ needed, readBy = [] }) => needed === true && readBy.some((store) => stores.includes(store)))
    .filter((variable) => !isGiven(variable, judged))
    .map((variable) => {
      const names = variable.secret === true ? `${variable.name} or ${fileOf(variable).name}` : variable.name;
      const port = portsOf(judged).find((each) => variable.readBy?.includes(STORES[each].remote));
      const choice = port === undefined ? '' : `${STORES[port].variable} is ${STORES[port].remote}: `;
      return `${choice}set ${names} to ${variable.expects}`;
    });
}

/** Given, though no store that the app opens reads it: then the choice of the store was forgotten. */
function unreadFaults(judged: Judged): readonly string[] {
  return unread(judged)
    .filter(({ ignorable }) => ignorable !== true)
    .flatMap(({ name, readBy = [] }) => {
      const port = portsOf(judged).find((each) => readBy.includes(STORES[each].remote));
      // of an app apart that is refused above
      if (port === undefined || judged.app.apart) return [];
      const { variable, embedded, remote } = STORES[port];
      return [
        `${name} is given, but ${variable} is ${embedded}, which does not read it: ` +
          `set ${variable}=${remote}, or unset ${name}`,
      ];
    });
}

/** Only of the ports that the app opens: apps apart may share one environment. */
function unread(judged: Judged): readonly Variable<unknown>[] {
  const stores = chosen(judged);
  const known = portsOf(judged).flatMap(choicesOf);
  return Object.values(variables).filter(
    ({ name, readBy }) =>
      readBy !== undefined &&
      judged.given(name) &&
      readBy.some((store) => known.includes(store)) &&
      !readBy.some((store) => stores.includes(store)),
  );
}

/** Settings of the connection to the brokers that depend on each other. */
function kafkaFaults(judged: Judged): readonly string[] {
  if (!chosen(judged).includes('kafka')) return [];
  const { tls, caFile, sasl, inbound, inboundPrincipal } = judged.settings.kafka;
  const { username, password } = schema.kafka;
  const faults: string[] = [];
  for (const variable of [username, password]) {
    const names = variable.secret === true ? `${variable.name} or ${fileOf(variable).name}` : variable.name;
    if (sasl !== null && !isGiven(variable, judged)) faults.push(`HERMES_KAFKA_SASL is ${sasl}: set ${names}, too`);
    if (sasl === null && isGiven(variable, judged) && !judged.faulty.has('HERMES_KAFKA_SASL'))
      faults.push(`${names} is given, but not how to log in: set HERMES_KAFKA_SASL, or unset it`);
  }
  if (caFile !== null && !tls && !judged.faulty.has('HERMES_KAFKA_TLS'))
    faults.push('HERMES_KAFKA_CA_FILE is given, but no TLS: set HERMES_KAFKA_TLS=true, or unset HERMES_KAFKA_CA_FILE');
  if (inboundPrincipal !== null && !inbound && !judged.faulty.has('HERMES_INBOUND')) {
    faults.push(
      'HERMES_INBOUND_PRINCIPAL is given, but no events are taken from the topic: ' +
        'set HERMES_INBOUND=true, or unset HERMES_INBOUND_PRINCIPAL',
    );
  }
  return faults;
}

function limitFaults({ settings: { limits } }: Judged): readonly string[] {
  const { headS, requestS, bodyBytes, heldBytes, connections, concurrentRequests, waitingReads, followers } = limits;
  const faults: string[] = [];
  if (headS > requestS) {
    faults.push(
      `HERMES_MAX_HEAD_SECONDS is ${headS}, which is more than HERMES_MAX_REQUEST_SECONDS (${requestS}): a head is part of its request`,
    );
  }
  if (heldBytes !== null && bodyBytes > mostOfOne(heldBytes)) {
    faults.push(
      `HERMES_MAX_BODY_BYTES is ${bodyBytes}, which is more than three quarters of HERMES_MAX_HELD_BYTES (${heldBytes}): ` +
        `the largest body must fit into what one token or address may have. Lower it, or raise the other to ${leastHeldBytes(bodyBytes)}`,
    );
  }
  // who waits holds no place, but a connection
  const busy = 2 * concurrentRequests;
  const others = connections - mostUnknown(connections);
  if (waitingReads + busy > others) {
    faults.push(
      `HERMES_MAX_WAITING_READS is ${waitingReads}, which with twice HERMES_MAX_REQUESTS (${busy}) is more than the ${others} ` +
        `connections for requests that HERMES_MAX_CONNECTIONS (${connections}) leaves: reads that wait would keep writes out. ` +
        'Lower the first two, or raise the last',
    );
  }
  const left = connectionsLeft(limits);
  if (followers !== null && left >= 0 && followers > left) {
    faults.push(
      `HERMES_MAX_FOLLOWERS is ${followers}, which is more than the ${left} connections that HERMES_MAX_WAITING_READS and ` +
        `HERMES_MAX_REQUESTS leave of HERMES_MAX_CONNECTIONS (${connections}): lower it, or raise the last`,
    );
  }
  return faults;
}

/** For followers of changes; below 0 where there are too few for requests alone. */
export function connectionsLeft({
  connections,
  concurrentRequests,
  waitingReads,
}: Pick<Read<typeof schema>['limits'], 'connections' | 'concurrentRequests' | 'waitingReads'>): number {
  return connections - mostUnknown(connections) - waitingReads - 2 * concurrentRequests;
}

/** The least for all bodies that leaves a quarter to others beside the largest one. */
export function leastHeldBytes(bodyBytes: number): number {
  return Math.ceil((4 * bodyBytes) / 3);
}

/** As many of `connections` may be unknown: connections on which nobody has shown a token yet. An eighth, and at most 256. */
export function mostUnknown(connections: number): number {
  return Math.max(1, Math.min(256, Math.floor(connections / 8)));
}

/** The ports that the app opens, those left out whose choice could not be read. */
function portsOf({ app, faulty }: Judged): readonly StorePort[] {
  return app.opens.filter((port) => !faulty.has(STORES[port].variable));
}

function chosen(judged: Judged): readonly StoreChoice[] {
  return portsOf(judged).map((port) => judged.settings[port]);
}

function neededBy(store: StoreChoice): readonly string[] {
  return Object.values(variables)
    .filter(({ needed, readBy = [] }) => needed === true && readBy.includes(store))
    .map(({ name }) => name);
}

function isGiven(variable: Variable<unknown>, { given }: Judged): boolean {
  return given(variable.name) || (variable.secret === true && given(fileOf(variable).name));
}
