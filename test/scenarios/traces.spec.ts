/** One request is one trace: from its head to the documents. Where it goes holds nobody up; where nothing is asked for, nothing is made. */
import { randomUUID } from 'node:crypto';
import { Collector, type CollectedSpan } from '../harness/collector.js';
import { freePort } from '../../libs/testing/free-port.js';
import { startInProcess, type InProcess } from '../harness/in-process.js';
import { until } from '../../libs/testing/until.js';

const STAGES = ['POST /api/v1/events', 'journal append', 'feed publish', 'views project'];
const LOST = 'traces are being lost; everything else goes on';

let hermes: InProcess | undefined;
let collector: Collector | undefined;

afterEach(async () => {
  await hermes?.close();
  await collector?.close();
  [hermes, collector] = [undefined, undefined];
});

async function start(environment: Record<string, string> = {}): Promise<{ hermes: InProcess; collector: Collector }> {
  collector = await Collector.start();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.origin}/` };
  return { hermes: await begin({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', ...environment }), collector };
}

/** With a type of events, of whose making there is no trace. */
async function begin(environment: Record<string, string>): Promise<InProcess> {
  hermes = await startInProcess(environment);
  const types = [{ category: 'disk', state: 'full' }];
  const answer = await hermes.api.post('/event-types', types, { traceparent: traceparent(false).header });
  expect(answer.status).toBe(201);
  return hermes;
}

const hex = (): string => randomUUID().replaceAll('-', '');

function traceparent(sampled: boolean): {
  readonly traceId: string;
  readonly parentId: string;
  readonly header: string;
} {
  const [traceId, parentId] = [hex(), hex().slice(16)];
  return { traceId, parentId, header: `00-${traceId}-${parentId}-${sampled ? '01' : '00'}` };
}

async function post(api: InProcess['api'], body: unknown, header?: string): Promise<string> {
  const answer = await api.post('/events', body, header === undefined ? {} : { traceparent: header });
  expect(answer.status).toBe(201);
  return String(answer.headers.get('hermes-request-id')).replaceAll('-', '');
}

function named(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const found = spans.filter((span) => span.name === name);
  expect([name, found.length]).toEqual([name, 1]);
  return found[0]!;
}

test('a POST with a sampled caller is one trace, through append, publish and projection, the stages below the request', async () => {
  const { hermes, collector } = await start({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s%20ecret' });
  const { traceId, parentId, header } = traceparent(true);
  const requestId = await post(hermes.api, { type: 'disk-full', host: 'web-1', note: 'hush' }, header);
  const spans = await collector.trace(traceId, STAGES);
  expect(spans.map(({ name }) => name).sort()).toEqual([...STAGES].sort());
  const request = named(spans, STAGES[0]!);
  expect(request).toMatchObject({
    kind: 2,
    parentSpanId: parentId,
    spanId: requestId.slice(16),
    status: 0,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/api/v1/events',
      'http.response.status_code': 201,
    },
    resource: { 'service.name': 'hermes-standalone' },
  });
  const position = String(hermes.api.position);
  const entry = { 'hermes.entries': 1, 'hermes.stream.kind': ['host'], 'hermes.stream.revision': 0 };
  const stages = [
    ['journal append', 3, { ...entry, 'hermes.position': position, 'hermes.outcome': ['appended'] }],
    ['feed publish', 4, { ...entry, 'hermes.position': position, 'hermes.partition': [expect.any(String)] }],
    ['views project', 5, { ...entry, 'hermes.position': position, 'hermes.outcome': ['stored'] }],
  ] as const;
  for (const [name, kind, attributes] of stages)
    expect(named(spans, name)).toMatchObject({ kind, parentSpanId: request.spanId, status: 0, attributes });
  expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'api-key': 's ecret' } });
  const said = JSON.stringify([collector.spans, hermes.lines]);
  for (const secret of ['hush', 'web-1', 'disk-full', 's ecret', 's%20ecret']) expect(said).not.toContain(secret);
});

test('without a caller the trace has the id of the request; health and figures have none', async () => {
  const { hermes, collector } = await start();
  const requestId = await post(hermes.api, { type: 'disk-full', host: 'web-1' });
  for (const path of ['/health/live', '/health/ready', '/metrics']) await fetch(hermes.api.origin + path);
  await hermes.api.get('/nothing');
  const spans = await collector.trace(requestId, STAGES);
  expect(named(spans, STAGES[0]!).parentSpanId ?? '').toBe('');
  await until('the path that is not served has a span', () => collector.spans.some(({ name }) => name === 'GET'));
  const served = collector.spans.filter(({ kind }) => kind === 2);
  expect(served.map(({ name }) => name).sort()).toEqual(['GET', STAGES[0]]);
  expect(served.find(({ name }) => name === 'GET')?.attributes).toMatchObject({ 'http.response.status_code': 404 });
});

test('who does not sample leaves no span in any stage, though others do', async () => {
  const { hermes, collector } = await start({
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  const [quiet, loud] = [traceparent(false), traceparent(true)];
  await post(hermes.api, { type: 'disk-full', host: 'web-1' }, quiet.header);
  const ownId = await post(hermes.api, { type: 'disk-full', host: 'web-1' });
  await post(hermes.api, { type: 'disk-full', host: 'web-1' }, loud.header);
  await collector.trace(loud.traceId, STAGES);
  // the three are of one host, so that the app that exports the last has projected the first
  await hermes.close();
  expect(collector.spans.filter(({ traceId }) => [quiet.traceId, ownId].includes(traceId))).toEqual([]);
});

test('a process that stops exports what it has first', async () => {
  const { hermes, collector } = await start();
  const requestId = await post(hermes.api, { type: 'disk-full', host: 'web-1' });
  await hermes.api.read('/hosts/web-1');
  await hermes.close();
  expect(new Set(collector.spans.filter((one) => one.traceId === requestId).map(({ name }) => name))).toEqual(
    new Set(STAGES),
  );
});

test.each([
  ['nobody listens', async () => `http://127.0.0.1:${await freePort()}`, 'ECONNREFUSED'],
  [
    'it refuses',
    async () => ((collector = await Collector.start()), (collector.status = 401), collector.origin),
    'it answers 401',
  ],
])('a collector that is away (%s) is one line, and nothing waits for it', async (_, endpoint, reason) => {
  const origin = await endpoint();
  const { api, lines } = await begin({ OTEL_EXPORTER_OTLP_ENDPOINT: origin, OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
  const said = () => lines.filter(({ msg }) => msg === LOST);
  await post(api, { type: 'disk-full', host: 'web-1' });
  await until('it is said', () => said().length > 0);
  const lost = () => (collector === undefined ? 1 : collector.requests.length);
  for (const before = lost(); ;) {
    await post(api, { type: 'disk-full', host: 'web-1' });
    await api.read('/hosts/web-1');
    if (collector === undefined || lost() > before + 1) break;
  }
  await hermes?.close();
  expect(said()).toEqual([expect.objectContaining({ level: 'warn', collector: `${origin}/v1/traces`, reason })]);
  expect(lines.filter(({ msg }) => msg === 'traces were lost')).toHaveLength(1);
});

test('the encoding that is taken where none is named is protobuf', async () => {
  const { hermes, collector } = await start({ OTEL_EXPORTER_OTLP_PROTOCOL: '' });
  const requestId = await post(hermes.api, { type: 'disk-full', host: 'web-1' });
  await hermes.close();
  expect(collector.requests[0]?.headers['content-type']).toBe('application/x-protobuf');
  expect(collector.requests.some(({ body }) => body.includes(Buffer.from(requestId, 'hex')))).toBe(true);
});
