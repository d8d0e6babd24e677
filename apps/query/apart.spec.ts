/** A query in a process of its own has the views' reader and nothing else, documents its own routes, and is ready once there are views. */
import {
  APPS,
  createApp,
  createLog,
  JOURNAL,
  readingProviders,
  readSettings,
  VIEWS,
  VIEWS_READER,
  type App,
} from '#platform';
import { StoreUnavailable, type Views, type ViewsReader } from '#ports';
import { until } from '../../libs/testing/until.js';
import { QueryModule } from './index.js';
import { expectViews } from './served-views.js';

let freshness: () => Promise<object | undefined>;
const reader = { freshness: () => freshness() } as unknown as ViewsReader;
let app: App;

beforeAll(async () => {
  const settings = readSettings({ HERMES_VIEWS: 'mongo', HERMES_MONGO_URL: 'mongodb://a' }, APPS.query);
  const stores = { views: { reader } as Views, close: async () => undefined };
  const log = createLog('silent', process.stderr);
  app = await createApp({ modules: [QueryModule], useCases: readingProviders, settings, log, stores });
  expectViews(app);
  await app.nest.init();
  await app.nest.getHttpAdapter().getInstance().ready();
});
afterAll(async () => {
  await app.close();
});

async function get(url: string): Promise<{ readonly status: number; readonly body: string }> {
  const { statusCode, body } = await app.nest.inject({ method: 'GET', url, headers: { host: '127.0.0.1:4403' } });
  return { status: statusCode, body };
}

test('neither the journal nor an interface that writes is there', () => {
  expect(app.nest.get(VIEWS_READER)).toBe(reader);
  for (const token of [JOURNAL, VIEWS]) expect(() => app.nest.get<unknown>(token)).toThrow();
});

test('its document has its own routes only', async () => {
  const { paths } = JSON.parse((await get('/api/openapi.json')).body) as { readonly paths: Record<string, object> };
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/v1/labors', '/health/ready', '/metrics']));
  for (const [path, methods] of Object.entries(paths)) {
    expect([path, Object.keys(methods)]).toEqual([path, [path.endsWith('/search') ? 'post' : 'get']]);
  }
  expect(Object.keys(paths).filter((path) => path.includes('/admin'))).toEqual([]);
});

test('it is ready once a generation is served, and says why not', async () => {
  freshness = async () => undefined;
  // a look is shared for a moment
  const answers = (status: number, text: string): Promise<void> =>
    until(`${status} ${text}`, async () => {
      const answer = await get('/health/ready');
      return answer.status === status && answer.body.includes(text);
    });
  await answers(503, 'views: no generation is served yet');
  freshness = async () => {
    throw new StoreUnavailable('views', 'no answer');
  };
  await answers(503, 'views: no answer');
  freshness = async () => ({});
  await answers(200, '"ready"');
});

test('its figures are its own', async () => {
  const { body } = await get('/metrics');
  expect(body).toContain('hermes_reads_waiting{by="query"} 0');
  expect(body).not.toMatch(/hermes_(?:journal|events|relay|projection|append)_/);
});
