/**
 * The settings of a process: read once from its environment, checked as a whole, frozen. Nothing else reads the environment.
 * Variables named `HERMES_TEST_…` belong to the test lanes and are passed by.
 */
import { isLoopbackName } from './loopback.js';
import { StartError } from '../start-error.js';
import { variables, type LogLevel, type Variable, type VariableName } from './schema.js';
import { parseTraces, traceVariables, type TraceSettings, type TraceVariable } from './traces.js';

export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly journal: 'sqlite' | 'eventstore';
  readonly feed: 'inprocess' | 'kafka';
  readonly views: 'sqlite' | 'mongo';
  readonly partitions: number;
  /** Absolute; null: no tokens, loopback only. */
  readonly tokensFile: string | null;
  readonly logLevel: LogLevel;
  /** Null: nothing is traced. */
  readonly traces: TraceSettings | null;
  readonly limits: {
    readonly bodyBytes: number;
    /** Of the bodies of all requests under way. */
    readonly heldBytes: number;
    readonly headerBytes: number;
    readonly concurrentRequests: number;
    readonly connections: number;
    readonly headS: number;
    readonly requestS: number;
    /** Of entries that wait for the journal. */
    readonly queuedEntries: number;
    readonly queuedBytes: number;
    /** Per partition of the in-process feed. */
    readonly bufferedMessages: number;
    readonly waitS: number;
    readonly waitingReads: number;
    readonly lagS: number;
  };
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  /** One sentence per fault: the variable, its value, the next step. */
  | { readonly ok: false; readonly faults: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** All faults at once. A variable that is set to nothing counts as not set. */
export function parseSettings(environment: Environment): ParsedSettings {
  const faults = unknownVariables(environment);
  const { traces, faults: faultsOfTraces } = parseTraces(environment);
  function read<T>(name: VariableName, variable: Variable<T>): T {
    const text = environment[name];
    if (text === undefined || text === '') return variable.fallback;
    const value = variable.parse(text);
    if (value !== undefined) return value;
    faults.push(`${name} is ${JSON.stringify(text)}: give ${variable.expects}, or leave it out${fallbackOf(variable)}`);
    return variable.fallback;
  }
  const settings: Settings = {
    host: read('HERMES_HOST', variables.HERMES_HOST),
    port: read('HERMES_PORT', variables.HERMES_PORT),
    dataDir: read('HERMES_DATA_DIR', variables.HERMES_DATA_DIR),
    journal: read('HERMES_JOURNAL', variables.HERMES_JOURNAL),
    feed: read('HERMES_FEED', variables.HERMES_FEED),
    views: read('HERMES_VIEWS', variables.HERMES_VIEWS),
    partitions: read('HERMES_PARTITIONS', variables.HERMES_PARTITIONS),
    tokensFile: read<string | null>('HERMES_TOKENS_FILE', variables.HERMES_TOKENS_FILE),
    logLevel: read('HERMES_LOG_LEVEL', variables.HERMES_LOG_LEVEL),
    traces,
    limits: Object.freeze({
      bodyBytes: read('HERMES_MAX_BODY_BYTES', variables.HERMES_MAX_BODY_BYTES),
      heldBytes: read('HERMES_MAX_HELD_BYTES', variables.HERMES_MAX_HELD_BYTES),
      headerBytes: read('HERMES_MAX_HEADER_BYTES', variables.HERMES_MAX_HEADER_BYTES),
      concurrentRequests: read('HERMES_MAX_REQUESTS', variables.HERMES_MAX_REQUESTS),
      connections: read('HERMES_MAX_CONNECTIONS', variables.HERMES_MAX_CONNECTIONS),
      headS: read('HERMES_MAX_HEAD_SECONDS', variables.HERMES_MAX_HEAD_SECONDS),
      requestS: read('HERMES_MAX_REQUEST_SECONDS', variables.HERMES_MAX_REQUEST_SECONDS),
      queuedEntries: read('HERMES_MAX_QUEUED_ENTRIES', variables.HERMES_MAX_QUEUED_ENTRIES),
      queuedBytes: read('HERMES_MAX_QUEUED_BYTES', variables.HERMES_MAX_QUEUED_BYTES),
      bufferedMessages: read('HERMES_MAX_BUFFERED_MESSAGES', variables.HERMES_MAX_BUFFERED_MESSAGES),
      waitS: read('HERMES_MAX_WAIT_SECONDS', variables.HERMES_MAX_WAIT_SECONDS),
      waitingReads: read('HERMES_MAX_WAITING_READS', variables.HERMES_MAX_WAITING_READS),
      lagS: read('HERMES_MAX_LAG_SECONDS', variables.HERMES_MAX_LAG_SECONDS),
    }),
  };
  if (!isLoopbackName(settings.host) && settings.tokensFile === null) {
    faults.push(
      `HERMES_HOST is ${JSON.stringify(settings.host)}, which other machines can reach: set HERMES_TOKENS_FILE, or listen on 127.0.0.1`,
    );
  }
  const { headS, requestS, bodyBytes, heldBytes } = settings.limits;
  if (headS > requestS) {
    faults.push(
      `HERMES_MAX_HEAD_SECONDS is ${headS}, which is more than HERMES_MAX_REQUEST_SECONDS (${requestS}): a head is part of its request`,
    );
  }
  if (bodyBytes > heldBytes) {
    faults.push(
      `HERMES_MAX_BODY_BYTES is ${bodyBytes}, which is more than HERMES_MAX_HELD_BYTES (${heldBytes}): the largest body must fit into what all may have`,
    );
  }
  faults.push(...faultsOfTraces);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, settings: Object.freeze(settings) };
}

/** The settings of this process; throws a {@link StartError} with one line per fault. */
export function readSettings(environment: Environment = process.env): Settings {
  const parsed = parseSettings(environment);
  if (!parsed.ok) throw new StartError(parsed.faults.join('\n'));
  return parsed.settings;
}

/** What the variables are, one line each, for `--help`. */
export function describeSettings(): string {
  const all: readonly (readonly [string, Omit<Variable<unknown>, 'parse'> | TraceVariable])[] = [
    ...Object.entries(variables),
    ...Object.entries(traceVariables),
  ];
  const width = Math.max(...all.map(([name]) => name.length));
  return all
    .map(([name, variable]) => `  ${name.padEnd(width)}  ${variable.about}; ${variable.expects}${fallbackOf(variable)}`)
    .join('\n');
}

/** Their values may be secrets, so only their names are told. */
function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('HERMES_') && !name.startsWith('HERMES_TEST_') && !Object.hasOwn(variables, name))
    .sort()
    .map((name) => `${name} is no setting: unset it, or use one of ${Object.keys(variables).join(', ')}`);
}

function fallbackOf({ fallback }: Pick<Variable<unknown>, 'fallback'>): string {
  const shown = (typeof fallback === 'string' && fallback !== '') || typeof fallback === 'number';
  return shown ? ` (then ${fallback})` : '';
}
