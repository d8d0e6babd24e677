/**
 * OpenTelemetry's own variables, as far as Hermes goes by them. They are looked at only where traces are exported: elsewhere
 * they may be meant for other programs. Values may be secrets, so no fault repeats one.
 */

export type TraceProtocol = 'http/protobuf' | 'http/json';

export interface TraceSampler {
  /** Whether a request goes by its caller's decision; `by` decides where there is no caller, or where the caller's decision is ignored. */
  readonly regardsParent: boolean;
  readonly by: 'always_on' | 'always_off' | 'traceidratio';
  /** Of the requests that `traceidratio` is asked about, 0 to 1. */
  readonly ratio: number;
}

export interface TraceSettings {
  /** Where spans are posted: the whole URL. It and the headers may hold secrets. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: TraceProtocol;
  /** Longest that one export may take, with its retries. */
  readonly timeoutMs: number;
  /** Null: named after the app. */
  readonly service: string | null;
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: TraceSampler;
}

export interface TraceVariable {
  readonly about: string;
  readonly expects: string;
  readonly fallback: string;
}

/** Those marked have a separate name for traces (`OTEL_EXPORTER_OTLP_TRACES_…`), which goes first. */
export const traceVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    about: 'where traces go; nothing is traced without it',
    expects: 'an http or https URL without user, password or fragment',
    fallback: '',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    about: 'headers of each export, such as a token',
    expects: 'pairs name=value with commas between them, values percent-encoded',
    fallback: '',
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    about: 'how spans are encoded',
    expects: 'http/protobuf or http/json',
    fallback: 'http/protobuf',
  },
  OTEL_EXPORTER_OTLP_TIMEOUT: {
    about: 'longest that one export may take, in milliseconds',
    expects: 'a whole number from 1 to 60000',
    fallback: '10000',
  },
  OTEL_TRACES_EXPORTER: { about: 'whether traces are exported', expects: 'otlp or none', fallback: 'otlp' },
  OTEL_SDK_DISABLED: { about: 'turns traces off in any case', expects: 'true or false', fallback: 'false' },
  OTEL_SERVICE_NAME: { about: 'name of the process', expects: 'a name', fallback: '' },
  OTEL_RESOURCE_ATTRIBUTES: {
    about: 'attributes of the process, sent with its spans',
    expects: 'pairs name=value with commas between them, values percent-encoded',
    fallback: '',
  },
  OTEL_TRACES_SAMPLER: {
    about: 'which requests are traced',
    expects: 'one of always_on, always_off, traceidratio, each alone or behind parentbased_',
    fallback: 'parentbased_always_on',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    about: 'share of the requests that traceidratio takes',
    expects: 'a number from 0 to 1',
    fallback: '1',
  },
} as const satisfies Readonly<Record<string, TraceVariable>>;

type Name = keyof typeof traceVariables;
type Environment = Readonly<Record<string, string | undefined>>;

export interface ParsedTraces {
  /** Null: nothing is traced. */
  readonly traces: TraceSettings | null;
  readonly faults: readonly string[];
}

const NONE: ParsedTraces = { traces: null, faults: [] };
const MOST_TIMEOUT_MS = 60_000;
/** A header's name (RFC 9110, 5.1) and the characters of its value. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const FIELD_VALUE = /^[\x20-\x7e\x80-\xff]*$/;
const TRACES_PATH = 'v1/traces';

/** Off without an endpoint, and where the standard's switches say so; then nothing else is looked at. */
export function parseTraces(environment: Environment): ParsedTraces {
  const values = new Values(environment);
  if (!values.given('OTEL_EXPORTER_OTLP_ENDPOINT')) return NONE;
  if (values.read('OTEL_SDK_DISABLED', (text) => text.toLowerCase()) === 'true') return NONE;
  if (values.read('OTEL_TRACES_EXPORTER', (text) => oneOf(text, ['otlp', 'none'])) === 'none') return NONE;
  const resource = values.read('OTEL_RESOURCE_ATTRIBUTES', pairs) ?? {};
  const traces: TraceSettings = {
    url: endpoint(values) ?? '',
    headers: values.read('OTEL_EXPORTER_OTLP_HEADERS', headers) ?? {},
    protocol:
      values.read('OTEL_EXPORTER_OTLP_PROTOCOL', (text) => oneOf(text, ['http/protobuf', 'http/json'])) ??
      'http/protobuf',
    timeoutMs: values.read('OTEL_EXPORTER_OTLP_TIMEOUT', timeout) ?? 0,
    service: values.read('OTEL_SERVICE_NAME', (text) => text) ?? resource['service.name'] ?? null,
    resource,
    sampler: {
      ...(values.read('OTEL_TRACES_SAMPLER', sampler) ?? { regardsParent: true, by: 'always_on' }),
      ratio: values.read('OTEL_TRACES_SAMPLER_ARG', ratio) ?? 1,
    },
  };
  return { traces: values.faults.length === 0 ? Object.freeze(traces) : null, faults: values.faults };
}

class Values {
  readonly faults: string[] = [];

  constructor(private readonly environment: Environment) {}

  /** Under the separate name for traces, or else the common one; undefined where neither is set. */
  given(name: Name): { readonly name: string; readonly text: string; readonly own: boolean } | undefined {
    const ownName = name.replace('OTEL_EXPORTER_OTLP_', 'OTEL_EXPORTER_OTLP_TRACES_');
    const own = this.environment[ownName];
    if (ownName !== name && own !== undefined && own !== '') return { name: ownName, text: own, own: true };
    const text = this.environment[name];
    return text === undefined || text === '' ? undefined : { name, text, own: false };
  }

  /** Undefined where it is not set and has no default, and where it is faulty, which is listed as a fault. */
  read<T>(name: Name, parse: (text: string, own: boolean) => T | undefined): T | undefined {
    const given = this.given(name);
    const { expects, fallback } = traceVariables[name];
    if (given === undefined) return fallback === '' ? undefined : parse(fallback, false);
    const value = parse(given.text.trim(), given.own);
    if (value === undefined) this.faults.push(`${given.name} is not acceptable: give ${expects}, or leave it out`);
    return value;
  }
}

/** The common one is the root under which each kind of signal has its path; one for traces is taken as it is. */
function endpoint(values: Values): string | undefined {
  return values.read('OTEL_EXPORTER_OTLP_ENDPOINT', (text, own) => {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    if (!['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') return undefined;
    if (url.hash !== '') return undefined;
    if (!own) url.pathname = `${url.pathname.replace(/\/$/, '')}/${TRACES_PATH}`;
    return url.href;
  });
}

function oneOf<const T extends string>(text: string, values: readonly T[]): T | undefined {
  return values.find((value) => value === text);
}

function timeout(text: string): number | undefined {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= MOST_TIMEOUT_MS ? value : undefined;
}

function ratio(text: string): number | undefined {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 1 ? value : undefined;
}

function sampler(text: string): Omit<TraceSampler, 'ratio'> | undefined {
  const [, parent, name = ''] = /^(parentbased_)?(.*)$/.exec(text) ?? [];
  const by = oneOf(name, ['always_on', 'always_off', 'traceidratio']);
  return by && { regardsParent: parent !== undefined, by };
}

function headers(text: string): Record<string, string> | undefined {
  const read = pairs(text);
  const good =
    read !== undefined && Object.entries(read).every(([name, value]) => TOKEN.test(name) && FIELD_VALUE.test(value));
  return good ? read : undefined;
}

/** As W3C Baggage has them: spaces around names and values do not count. */
function pairs(text: string): Record<string, string> | undefined {
  const read: Record<string, string> = {};
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    const value = decoded(pair.slice(equals + 1).trim());
    if (name === '' || value === undefined) return undefined;
    read[name] = value;
  }
  return read;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
