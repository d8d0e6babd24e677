/** OpenTelemetry's variables: the standard's meaning, all faults at once, and never a value in them. */
import { parseSettings } from './settings.js';
import { parseTraces, traceVariables } from './traces.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

function settings(environment: Record<string, string>) {
  const { traces, faults } = parseTraces({ ...ENDPOINT, ...environment });
  expect(faults).toEqual([]);
  return traces;
}

test('without an endpoint nothing is traced, and nothing else is looked at', () => {
  for (const environment of [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_SAMPLER: 'nonsense' },
    { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_SAMPLER: 'nonsense' },
    { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_TRACES_SAMPLER: 'nonsense' },
  ])
    expect(parseTraces(environment)).toEqual({ traces: null, faults: [] });
});

test('with an endpoint alone the rest is what the standard says', () => {
  expect(settings({})).toEqual({
    url: 'http://collector:4318/v1/traces',
    headers: {},
    protocol: 'http/protobuf',
    timeoutMs: 10_000,
    service: null,
    resource: {},
    sampler: { regardsParent: true, by: 'always_on', ratio: 1 },
  });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c.example/otlp/' }, 'https://c.example/otlp/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/?a=b' }, 'http://c:4318/v1/traces?a=b'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/as/it/is' }, 'http://c:4318/as/it/is'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318' }, 'http://c:4318/'],
])('of the endpoint %j traces go to %s', (environment, url) => {
  expect(settings(environment)?.url).toBe(url);
});

test('what is said for traces alone goes first; pairs are decoded', () => {
  const given = settings({
    OTEL_EXPORTER_OTLP_HEADERS: 'a=b',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: ' Authorization = Bearer%20x%3D , b=c=d,',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_TIMEOUT: '250',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=a%2Cb,service.name=theirs',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  });
  expect(given).toMatchObject({
    headers: { Authorization: 'Bearer x=', b: 'c=d' },
    protocol: 'http/json',
    timeoutMs: 250,
    service: 'theirs',
    resource: { 'deployment.environment.name': 'a,b' },
    sampler: { regardsParent: true, by: 'traceidratio', ratio: 0.25 },
  });
  expect(settings({ OTEL_SERVICE_NAME: 'ours', OTEL_RESOURCE_ATTRIBUTES: 'service.name=theirs' })?.service).toBe(
    'ours',
  );
  expect(settings({ OTEL_TRACES_SAMPLER: 'always_off' })?.sampler).toMatchObject({ regardsParent: false });
});

test.each([
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    ['collector:4318', 'ftp://hunter2', 'http://a:hunter2@b', 'http://a#hunter2', '4318'],
  ],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['hunter2']],
  ['OTEL_EXPORTER_OTLP_HEADERS', ['hunter2', '=hunter2', 'a b=hunter2', 'a=%hunter2', 'a=hunter2%0d%0a', 'a=%ff']],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', ['grpc', 'http']],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', ['0', '60001', '1s', '-1']],
  ['OTEL_TRACES_EXPORTER', ['console', 'otlp,console']],
  ['OTEL_RESOURCE_ATTRIBUTES', ['hunter2', '=x']],
  ['OTEL_TRACES_SAMPLER', ['sometimes', 'parentbased_', 'PARENTBASED_ALWAYS_ON', 'jaeger_remote']],
  ['OTEL_TRACES_SAMPLER_ARG', ['1.1', '-0.1', '50%', '.5.', 'NaN', '1e-3']],
])('%s is not %j: one line that does not repeat it', (name, values) => {
  for (const value of values) {
    const parsed = parseSettings({ ...ENDPOINT, [name]: value });
    expect([value, parsed.ok ? [] : parsed.faults]).toEqual([
      value,
      [expect.stringMatching(new RegExp(`^${name} is not acceptable: give [^\\n]*, or leave it out$`))],
    ]);
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  }
});

test('all faults at once, beside those of our own', () => {
  const parsed = parseSettings({
    ...ENDPOINT,
    OTEL_TRACES_SAMPLER: 'x',
    OTEL_TRACES_SAMPLER_ARG: 'y',
    HERMES_PORT: 'z',
  });
  expect(parsed.ok ? 0 : parsed.faults.length).toBe(3);
});

test('every variable of the table is asked for', () => {
  const asked = new Set<string>();
  const environment = new Proxy<Record<string, string>>(ENDPOINT, {
    get: (target, name) => {
      asked.add(String(name));
      return target[String(name)];
    },
  });
  parseTraces(environment);
  expect([...asked].filter((name) => !name.includes('OTLP_TRACES_')).sort()).toEqual(
    Object.keys(traceVariables).sort(),
  );
});
