/** A client in TypeScript, over the types that openapi-typescript makes of Hermes' API document: see docs/clients.md. */
import createClient from 'openapi-fetch';
import type { components, paths } from './hermes.js';

type Schemas = components['schemas'];

const { HERMES_URL: baseUrl = 'http://127.0.0.1:4400', HERMES_TOKEN: token = '' } = process.env;
// lists come as JSON, CSV or NDJSON: this client asks for JSON
const hermes = createClient<paths, 'application/json' | 'application/problem+json'>({
  baseUrl,
  headers: { Authorization: `Bearer ${token}` },
});

/** The answer, or an error that says why there is none. */
function must<T>({ data, error }: { data?: T; error?: Schemas['Problem'] }): T {
  if (data === undefined) throw new Error(`${error?.code}: ${error?.detail}`);
  return data;
}

const second = (instant: string): string => instant.replace('.000Z', 'Z');

const types = must(
  await hermes.POST('/api/v1/event-types', {
    body: [
      { category: 'disk', state: 'full' },
      { category: 'disk', state: 'cleaned' },
    ],
  }),
);
console.log(
  `event types: ${[types]
    .flat()
    .map(({ name }) => name)
    .join(', ')}`,
);

const fates = must(
  await hermes.POST('/api/v1/fates', {
    body: { creates: 'disk-full', completedBy: { category: 'disk', state: 'cleaned' } },
  }),
);
for (const { id, creates, completedBy } of [fates].flat()) console.log(`fate ${id}: ${creates} until ${completedBy}`);

async function log(body: Schemas['LogEventsRequest']): Promise<Schemas['LoggedEvents']> {
  const answer = must(await hermes.POST('/api/v1/events', { body }));
  if ('events' in answer) return answer;
  throw new Error('this is the answer to NDJSON');
}

const ids = ({ events }: Schemas['LoggedEvents']): string => events.map(({ id }) => id).join(', ');

const one = await log({
  host: 'web-1.example.com',
  type: { category: 'disk', state: 'full' },
  at: '2026-01-31T12:00:00Z',
  attributes: { disk: '/var', percent: 97, urgent: true },
});
console.log(`logged ${ids(one)}: accepted ${one.accepted}`);
const two = await log([
  { host: 'web-2.example.com', type: 'disk-full', key: 'disk-full-1' },
  { host: 'web-3.example.com', type: 'disk-full', key: 'disk-full-1' },
]);
console.log(`logged ${ids(two)}: accepted ${two.accepted}`);
const again = await log({ host: 'web-2.example.com', type: 'disk-full', key: 'disk-full-1', note: 'still full' });
for (const { id, differs = [] } of again.events)
  console.log(`repeated ${id}: duplicates ${again.duplicates}, differs in ${differs.join(', ')}`);

const header = { 'Hermes-Min-Position': again.position };
const event = must(
  await hermes.GET('/api/v1/events/{id}', { params: { path: { id: 'web-1.example.com~0' }, header } }),
);
console.log(`${event.id} happened at ${second(event.at)}`);

const query = {
  state: ['open' as const],
  host: ['web-1.example.com', 'web-2.example.com', 'web-3.example.com'],
  limit: 2,
};
const page = must(await hermes.GET('/api/v1/labors', { params: { query: { ...query, count: true }, header } }));
const next = must(
  await hermes.GET('/api/v1/labors', { params: { query: { ...query, cursor: page.next ?? '' }, header } }),
);
console.log(`open labors: ${page.items.length} of ${page.total}, then ${next.items.length}`);

const [first = '', other = ''] = ['web-1.example.com~0', 'web-2.example.com~0'];
must(await hermes.POST('/api/v1/labors/{id}/ack', { params: { path: { id: first } }, body: { note: 'on it' } }));
console.log(`acknowledged ${first}`);

const waived = must(
  await hermes.POST('/api/v1/labors/waive', { body: { labors: [other, 'web-9.example.com~0'], reason: 'replaced' } }),
);
if (!('results' in waived)) throw new Error('this is the answer to a filter');
for (const result of waived.results)
  console.log('code' in result ? `not waived ${result.id}: ${result.code}` : `waived ${result.id}`);

const quest = must(
  await hermes.POST('/api/v1/quests', {
    params: { header: { 'Idempotency-Key': 'clean-the-disks' } },
    body: {
      type: 'disk-full',
      hosts: ['web-4.example.com', 'web-5.example.com'],
      description: 'Clean the disks',
      target: '2100-01-31T12:00:00Z',
      references: [{ label: 'Jira', key: 'OPS-7' }],
    },
  }),
);
const { target, progress } = must(
  await hermes.GET('/api/v1/quests/{id}', {
    params: { path: { id: quest.id }, header: { 'Hermes-Min-Position': quest.position } },
  }),
);
const done = progress.labors - progress.open;
console.log(
  `quest ${quest.id} has ${quest.hosts} hosts, due ${second(target ?? '')}: ${done} of ${progress.labors} labors done`,
);

const refused = await hermes.POST('/api/v1/quests', { body: { type: 'disk-full', hosts: ['-'], description: 'none' } });
if (refused.error === undefined) throw new Error('a host without a name was taken');
const { status, code, errors = [] } = refused.error;
console.log(`${status} ${code}: ${errors.map(({ path }) => path).join(', ')}`);

const unknown = await hermes.GET('/api/v1/labors/{id}', { params: { path: { id: 'web-9.example.com~0' } } });
if (unknown.error === undefined) throw new Error('there is such a labor');
console.log(`${unknown.error.status} ${unknown.error.code}`);
