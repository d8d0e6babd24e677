/** Which app answers what; and that the proxy's config in deploy/ says the same. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RULES, routeOf, TARGETS } from './rules.js';

test.each([
  ['GET', '/api/v1/labors?state=open', 'query'],
  ['HEAD', '/api/v1/labors/web-1~0/why', 'query'],
  ['GET', '/api/v1', 'query'],
  ['GET', '/api/v1/operations', 'ingest'],
  ['HEAD', '/api/v1/operations/x/results?format=csv', 'ingest'],
  ['GET', '/api/v1/operationsx', 'query'],
  ['POST', '/api/v1/events', 'ingest'],
  ['POST', '/api/v1/events/search', 'query'],
  ['POST', '/api/v1/labors/search', 'query'],
  ['POST', '/api/v1/labors/ack', 'ingest'],
  ['POST', '/api/v1/fates/search', 'ingest'],
  ['PATCH', '/api/v1/quests/1', 'ingest'],
  ['DELETE', '/api/v1/event-types/a-b', 'ingest'],
  ['OPTIONS', '/api/v1/events', 'ingest'],
  ['GET', '/api/v1/admin/status', 'projector'],
  ['GET', '/api/v1/admin/export?after=1', 'ingest'],
  ['POST', '/api/v1/admin/import', 'ingest'],
  ['POST', '/api/v1/admin/parked/web-1/release', 'projector'],
  ['GET', '/api/v1/admin?x=/', 'projector'],
  ['GET', '/api/v1/administrators', 'query'],
])('%s %s is answered by %s', (method, url, to) => {
  expect(routeOf(method, url)).toEqual({ to, url });
});

test.each(['ingest', 'projector', 'query'])('%s is asked for its own documents', (app) => {
  expect(routeOf('GET', `/api/${app}/openapi.json`)).toEqual({ to: app, url: '/api/openapi.json' });
  expect(routeOf('GET', `/api/${app}/docs`)).toEqual({ to: app, url: '/api/docs' });
  expect(routeOf('GET', `/api/${app}/docs/page.js?v=1`)).toEqual({ to: app, url: '/api/docs/page.js?v=1' });
});

test.each([
  '/',
  '/metrics',
  '/health/ready',
  '/api',
  '/api/v10/labors',
  '/api/docs',
  '/api/query/metrics',
  '/api/cli/docs',
  'http://a/api/v1',
])('nobody answers %s', (url) => {
  expect(routeOf('GET', url)).toBeUndefined();
});

test('deploy/nginx.conf has the same rules', () => {
  const config = readFileSync(resolve(import.meta.dirname, '../../deploy/nginx.conf'), 'utf8');
  const [, map = ''] = /map \$request_method \$hermes_reader_or_writer \{([^}]*)\}/.exec(config) ?? [];
  const byMethod = Object.fromEntries(
    [...map.matchAll(/(\w+)\s+hermes_(\w+);/g)].map(([, method = '', app = '']) => [method, app]),
  );
  const places = [...config.matchAll(/location (?:=|\^~) (\/api\S*) \{\s*proxy_pass http:\/\/(\S+);/g)].map(
    ([, path = '', to = '']) => [path, to],
  );
  const [exported, imported, admin, ...others] = RULES;
  const [reads, writes] = others.slice(-2);
  const searched = others.slice(0, -3);
  const operations = others.at(-3);
  expect(new Set(searched.map(({ methods, to }) => [methods?.join(), to].join(' ')))).toEqual(new Set(['POST query']));
  expect(byMethod).toEqual({ GET: reads?.to, HEAD: reads?.to, default: writes?.to });
  expect(reads?.methods).toEqual(['GET', 'HEAD']);
  expect(places).toEqual([
    [exported?.under, `hermes_${exported?.to ?? ''}`],
    [imported?.under, `hermes_${imported?.to ?? ''}`],
    [admin?.under, `hermes_${admin?.to ?? ''}`],
    [`${admin?.under ?? ''}/`, `hermes_${admin?.to ?? ''}`],
    ...searched.map(({ under, to }) => [under, `hermes_${to}`]),
    [operations?.under, `hermes_${operations?.to ?? ''}`],
    [`${operations?.under ?? ''}/`, `hermes_${operations?.to ?? ''}`],
    [writes?.under, '$hermes_reader_or_writer'],
    [`${writes?.under ?? ''}/`, '$hermes_reader_or_writer'],
  ]);
  for (const app of TARGETS) expect(config).toMatch(new RegExp(`location ~ \\^/api/${app}/[^{]*{[^}]*hermes_${app};`));
});
