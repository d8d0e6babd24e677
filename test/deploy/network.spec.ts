/** Who may speak to whom in Kubernetes, and that the route has the rules that compose's router has. */
import { compose, interpolated, resources, text } from './manifests.js';
import { APART, deploymentOf, environmentOf, specOf } from './workloads.js';

interface Policy {
  readonly podSelector: {
    readonly matchLabels: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly {
      readonly key: string;
      readonly operator: string;
      readonly values: string[];
    }[];
  };
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Peer[];
  readonly egress?: readonly Peer[];
}

interface Peer {
  readonly ports: readonly { readonly port: number | string }[];
}

interface Route {
  readonly rules: readonly {
    readonly matches: readonly {
      readonly path: { readonly type: string; readonly value: string };
      readonly method?: string;
    }[];
    readonly filters?: readonly { readonly urlRewrite: { readonly path: { readonly replacePrefixMatch: string } } }[];
    readonly backendRefs: readonly [{ readonly name: string; readonly port: number }];
  }[];
}

const route = specOf('HTTPRoute', 'hermes') as Route;
const policies = resources()
  .filter(({ kind }) => kind === 'NetworkPolicy')
  .map(({ spec }) => spec as Policy);

function meant({ podSelector: { matchLabels, matchExpressions = [] } }: Policy, app: string): boolean {
  const labels = deploymentOf(app).template.metadata.labels;
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, operator, values }) => operator === 'In' && values.includes(labels[key] ?? ''))
  );
}

function portsOf(app: string, way: 'ingress' | 'egress'): readonly (number | string)[] {
  const peers = policies.filter((policy) => meant(policy, app)).flatMap((policy) => policy[way] ?? []);
  return [...new Set(peers.flatMap(({ ports }) => ports.map(({ port }) => port)))];
}

/** The app that the route sends a request to: the longest prefix of whole segments, then the one that names the method. */
function routed(method: string, path: string): string | undefined {
  const found = route.rules.flatMap(({ matches, backendRefs: [{ name, port }] }) =>
    matches
      .filter((match) => match.method === undefined || match.method === method)
      .filter(({ path: { value } }) => path === value || path.startsWith(`${value}/`))
      .map((match) => ({ to: `${name}:${port}`, weight: match.path.value.length * 2 + (match.method ? 1 : 0) })),
  );
  return found.sort((a, b) => b.weight - a.weight)[0]?.to;
}

/** The same of compose's router, by its configuration. */
function proxied(method: string, path: string): string | undefined {
  const config = text('deploy/nginx.conf');
  const upstreams = Object.fromEntries(
    [...config.matchAll(/upstream (\w+) \{\s*server ([a-z]+:\d+)/g)].map(([, name, server]) => [name, server]),
  ) as Record<string, string>;
  const methods = Object.fromEntries(
    [...config.matchAll(/^ {4}(GET|HEAD|default)\s+(\w+);/gm)].map(([, name, to]) => [name, to]),
  ) as Record<string, string>;
  const places = [...config.matchAll(/location (=|\^~) (\S+) \{\s*proxy_pass http:\/\/(\S+);/g)];
  const [found] = places
    .filter(([, how, place = '']) => (how === '=' ? path === place : path.startsWith(place)))
    .sort(([, , a = ''], [, , b = '']) => b.length - a.length);
  const to = found?.[3]?.startsWith('$') === true ? (methods[method] ?? methods['default']) : found?.[3];
  return to === undefined ? undefined : upstreams[to];
}

test.each(APART)('%s may be asked at its port, and reaches its stores only', (app) => {
  const all = policies.filter((policy) => meant(policy, app)).flatMap(({ policyTypes }) => policyTypes);
  expect(new Set(all)).toEqual(new Set(['Ingress', 'Egress']));
  expect(portsOf(app, 'ingress')).toEqual(['http']);
  const { HERMES_KAFKA_BROKERS = '' } = environmentOf(app);
  const broker = Number(HERMES_KAFKA_BROKERS.split(',')[0]?.split(':')[1]);
  expect(portsOf(app, 'egress')).toEqual(app === 'query' ? [53, 27017] : [53, 27017, 2113, broker]);
});

const REQUESTS = [
  ['GET', '/api/v1/labors', 'query:4403'],
  ['HEAD', '/api/v1/labors', 'query:4403'],
  ['POST', '/api/v1/events', 'ingest:4401'],
  ['POST', '/api/v1/labors/search', 'query:4403'],
  ['POST', '/api/v1/labors/ack', 'ingest:4401'],
  ['GET', '/api/v1/operations', 'ingest:4401'],
  ['GET', '/api/v1/operations/x/results', 'ingest:4401'],
  ['PATCH', '/api/v1/labors/x', 'ingest:4401'],
  ['OPTIONS', '/api/v1/events', 'ingest:4401'],
  ['GET', '/api/v1', 'query:4403'],
  ['GET', '/api/v1/admin/status', 'projector:4402'],
  ['POST', '/api/v1/admin/parked/web-1/release', 'projector:4402'],
  ['GET', '/api/v1/administrators', 'query:4403'],
  ['GET', '/api/v2/labors', undefined],
  ['GET', '/metrics', undefined],
] as const;

test.each(REQUESTS)('%s %s goes to %s, in Kubernetes and in compose', (method, path, to) => {
  expect([routed(method, path), proxied(method, path)]).toEqual([to, to]);
});

test("each app's documents are at its own address", () => {
  const rewritten = route.rules.flatMap(({ matches, filters = [], backendRefs }) =>
    filters.map(({ urlRewrite: { path } }) => [matches[0]?.path.value, backendRefs[0].name, path.replacePrefixMatch]),
  );
  expect(rewritten).toEqual(
    APART.flatMap((app) => ['openapi.json', 'docs'].map((file) => [`/api/${app}/${file}`, app, `/api/${file}`])),
  );
  for (const app of APART) expect(routed('GET', `/api/${app}/docs/index.css`)).toMatch(`${app}:`);
});

const SHARED = ['PORT', 'HOST', 'JOURNAL', 'FEED', 'VIEWS', 'PREFIX', 'PARTITIONS', 'LOG_LEVEL'].map(
  (name) => `HERMES_${name}`,
);

test('compose and Kubernetes give the apps the same names, ports and choices', () => {
  const { services } = compose();
  for (const app of APART) {
    const there = environmentOf(app);
    const here = services[app]?.environment ?? {};
    // query has no settings of the stores that it does not open
    const both = SHARED.filter((name) => here[name] !== undefined);
    expect(both.map((name) => [name, there[name]])).toEqual(both.map((name) => [name, interpolated(here[name] ?? '')]));
    expect(both.length).toBeGreaterThanOrEqual(5);
    expect(services[app]?.command).toEqual(deploymentOf(app).template.spec.containers[0].args);
  }
});
