/** What an event did, what would advance something, and the graph of the fates, over HTTP on a whole Hermes. */
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

test('an answer that waits says what each event did, and so does the event', async () => {
  const { api } = hermes;
  const first = await api.post('/events?effects=true', { type: 'disk-full', hosts: ['eff-1', 'eff-2'] });
  expect(first.status).toBe(201);
  expect(first.body['events']).toMatchObject([
    { id: 'eff-1~0', opened: ['eff-1~0'], closed: [], absorbed: [] },
    { id: 'eff-2~0', opened: ['eff-2~0'], closed: [], absorbed: [] },
  ]);
  const second = await api.must('/events?effects=true', [
    { type: 'disk-cleaned', host: 'eff-1' },
    { type: 'disk-cleaned', host: 'eff-1' },
  ]);
  expect(second['events']).toMatchObject([
    { opened: [], closed: ['eff-1~0'] },
    { opened: [], closed: [] },
  ]);
  expect(await api.read('/events/eff-1~1')).toMatchObject({ opened: [], closed: ['eff-1~0'], absorbed: [] });
  expect(await api.read('/events/eff-1~2')).toMatchObject({ opened: [], closed: [], absorbed: [] });
  const hurried = await api.call(
    'POST',
    '/events?effects=true',
    { type: 'disk-full', host: 'eff-3' },
    { 'hermes-wait': '0' },
  );
  expect(hurried.status).toBe(201);
});

test('rule 16: a host and a labor say which event types would advance something', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: ['next-1'] });
  const next = [{ type: 'disk-cleaned', closes: ['next-1~0'], follows: [], opens: false }];
  expect((await api.read('/hosts/next-1'))['next']).toEqual(next);
  expect((await api.read('/labors/next-1~0'))['next']).toEqual(next);
  await api.must('/events', { type: 'disk-cleaned', host: 'next-1' });
  expect((await api.read('/hosts/next-1'))['next']).toEqual([]);
  expect((await api.read('/labors/next-1~0'))['next']).toEqual([]);
});

test('the fates as a graph: of all, and of one quest', async () => {
  const { api } = hermes;
  const made = await api.must('/quests', { type: 'disk-full', hosts: ['graph-1', 'graph-2'], description: 'disks' });
  await api.must('/events', { type: 'disk-cleaned', host: 'graph-1' });
  const graph = await api.read(`/fates/graph?quest=${String(made['id'])}`);
  expect(graph).toMatchObject({ quest: made['id'] });
  const nodes = graph['nodes'] as unknown as readonly { readonly type: string }[];
  expect(nodes.find(({ type }) => type === 'disk-full')).toMatchObject({ open: 1, closed: 1, starting: true });
  const edges = graph['edges'] as unknown as readonly { readonly creates: string }[];
  expect(edges.find(({ creates }) => creates === 'disk-full')).toMatchObject({
    completedBy: 'disk-cleaned',
    fired: true,
  });
  const flows = graph['flows'] as unknown as readonly { readonly steps: readonly string[] }[];
  expect(flows.find(({ steps }) => steps.includes('disk-full'))).toMatchObject({ starts: ['disk-full'] });
  expect(await api.read('/fates/graph')).toMatchObject({ countsAgeS: expect.any(Number) as number });
  expect(await api.get('/fates/graph?quest=999999')).toMatchObject({ status: 422, body: { code: 'quest-unknown' } });
  for (const [accept, path, begin] of [
    ['text/vnd.graphviz', '/fates/graph', 'digraph'],
    ['*/*', '/fates/graph?format=mermaid', 'flowchart'],
  ] as const) {
    const drawn = await fetch(`${api.origin}/api/v1${path}`, { headers: { accept } });
    expect([drawn.status, (await drawn.text()).startsWith(begin)]).toEqual([200, true]);
  }
});
