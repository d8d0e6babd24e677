/** Reads that wait for the views, over connections: they hold no place, and when query stops they are answered, not cut. */
import { DOCUMENTS_VERSION } from '#contracts';
import { FOLD_VERSION } from '#domain';
import { APPS, createApp, createLog, readingProviders, readSettings, type App } from '#platform';
import type { Views, ViewsFreshness, ViewsReader } from '#ports';
import { until } from '../../libs/testing/until.js';
import { QueryModule } from './index.js';

const LIMITS = { HERMES_MAX_REQUESTS: '4', HERMES_MAX_WAITING_READS: '100' };

/** Views that stand at position 10, with one partition. */
const freshness = {
  generation: {
    number: 1,
    documentsVersion: DOCUMENTS_VERSION,
    foldVersion: FOLD_VERSION,
    partitions: 1,
    hashVersion: 1,
    state: 'ready',
  },
  progress: [{ partition: 0, position: 10n, entryId: null, number: null, heardAtMs: 0 }],
} as unknown as ViewsFreshness;
const reader: ViewsReader = {
  for: () => reader,
  freshness: async () => freshness,
  hostsBehind: async () => 0,
  hosts: async () => ({ items: [], next: null }),
} as unknown as ViewsReader;

let app: App;
let origin: string;
beforeEach(async () => {
  const settings = readSettings(
    { HERMES_VIEWS: 'mongo', HERMES_MONGO_URL: 'mongodb://a', HERMES_PORT: '0', ...LIMITS },
    APPS.query,
  );
  const stores = { views: { reader } as Views, close: async () => undefined };
  app = await createApp({
    modules: [QueryModule],
    useCases: readingProviders,
    settings,
    log: createLog('silent', process.stderr),
    stores,
  });
  origin = await app.listen();
});

async function ask(position: number): Promise<{ readonly status: number; readonly detail: string }> {
  const headers = { 'hermes-min-position': String(position), 'hermes-wait': '30' };
  const answer = await fetch(`${origin}/api/v1/hosts`, { headers });
  const { detail = '' } = (await answer.json()) as { readonly detail?: string };
  return { status: answer.status, detail };
}

async function waiting(count: number): Promise<void> {
  await until(`${count} wait`, async () => {
    const text = await (await fetch(`${origin}/metrics`)).text();
    return text.includes(`hermes_reads_waiting{by="query"} ${count}\n`);
  });
}

test('more reads wait than there are places, others are answered, and at the end all of them are answered at once', async () => {
  const waits = Array.from({ length: 20 }, () => ask(11));
  await waiting(20);
  expect((await ask(10)).status).toBe(200);
  const begun = performance.now();
  await app.close();
  for (const { status, detail } of await Promise.all(waits)) {
    expect([status, detail]).toEqual([503, expect.stringContaining('stopping')]);
  }
  // long before the time that requests in flight have
  expect(performance.now() - begun).toBeLessThan(5000);
});
