/** R10 over HTTP, on a whole Hermes: what other fates would have made of the same history, and that nothing of it is left. */
import { readdir } from 'node:fs/promises';
import { eventually } from '../../libs/testing/until.js';
import { DISKS, wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes({
  types: [...DISKS.types, { category: 'disk', state: 'swapped' }],
  fates: DISKS.fates,
});

type Body = Readonly<Record<string, unknown>>;

async function whatIf(asked: object): Promise<Body & { readonly id: string }> {
  const begun = await hermes.api.post('/admin/what-if', asked);
  expect(begun.status).toBe(202);
  const path = `/admin/what-if/${String(begun.body['id'])}`;
  return eventually('it is done', async () => {
    const body = (await hermes.api.read(path)) as unknown as Body & { readonly id: string };
    expect(body).toMatchObject({ state: 'done', percent: 100 });
    return body;
  });
}

test('a fate that would have completed some labors, and one without which they were not there', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: ['a', 'b', 'c'] });
  await api.must('/events', { type: 'disk-swapped', host: 'b' });
  await api.must('/events', { type: 'disk-cleaned', host: 'c' });
  const before = await api.read('/labors?count=true');

  const swapped = await whatIf({ define: [{ creates: 'disk-full', completedBy: 'disk-swapped' }] });
  expect(swapped).toMatchObject({
    ...{ open: { now: 2, then: 1 }, stillOpen: 1, closed: 1, leftOpen: 0, neverOpened: 0, newlyOpened: 0 },
    byType: [{ type: 'disk-full', open: { now: 2, then: 1 }, closed: 1 }],
    examples: [
      { host: 'b', type: 'disk-full', verdict: 'closed', was: { state: 'open' }, would: { state: 'completed' } },
    ],
  });

  const without = await whatIf({ retire: [1] });
  expect(without).toMatchObject({ open: { now: 2, then: 0 }, stillOpen: 0, neverOpened: 3 });
  const page = await api.read(`/admin/what-if/${without.id}/labors?limit=2`);
  expect(page).toMatchObject({ items: [{ verdict: 'neverOpened', would: null }, { verdict: 'neverOpened' }] });
  const rest = await api.read(`/admin/what-if/${without.id}/labors?limit=2&cursor=${String(page['next'])}`);
  expect(rest).toMatchObject({ items: [{ verdict: 'neverOpened' }], next: null });
  const csv = await (await fetch(`${api.origin}/api/v1/admin/what-if/${without.id}/labors?format=csv`)).text();
  expect(csv.split('\r\n')[0]).toBe(
    'host,labor,type,quest,verdict,was,wasOpenedBy,wasClosedBy,would,wouldBeOpenedBy,wouldBeClosedBy,reason',
  );
  expect(csv.split('\r\n').slice(1, -1).sort()).toMatchObject([
    expect.stringContaining('a,a~0,disk-full,,neverOpened,open,a~0,,,,,no fate would open it by event a~0'),
    expect.stringContaining('b,b~0,disk-full,,neverOpened,open'),
    expect.stringContaining('c,c~0,disk-full,,neverOpened,completed'),
  ]);

  // of one host, and from now on
  expect(await whatIf({ retire: [1], hosts: ['a', 'A '] })).toMatchObject({ hosts: 1, neverOpened: 1 });
  expect(await whatIf({ retire: [1], from: '2999-01-01T00:00:00Z' })).toMatchObject({ stillOpen: 2, neverOpened: 0 });
  expect(await api.read('/labors?count=true')).toEqual(before);

  const gone = await api.call('DELETE', `/admin/what-if/${without.id}`);
  expect([gone.status, gone.body['state']]).toEqual([200, 'done']);
  const asked = await api.call('GET', `/admin/what-if/${without.id}`);
  expect([asked.status, asked.body['code']]).toEqual([404, 'what-if-unknown']);
  // of the other three there is what differs, and nothing else
  const kept = await readdir(hermes.path('what-if'), { recursive: true });
  expect(kept.filter((name) => name.endsWith('.ndjson'))).toHaveLength(2);
  expect(kept.filter((name) => name.includes('split'))).toEqual([]);
});

test('what is wrong with it is said with its place, and changes nothing', async () => {
  const { api } = hermes;
  expect(await whatIf({})).toMatchObject({ closed: 0, leftOpen: 0, neverOpened: 0, newlyOpened: 0 });
  const wrong = await api.post('/admin/what-if', {
    define: [{ creates: 'disk-full', completedBy: 'disk-unheard' }],
    retire: [77, 'no such'],
  });
  expect([wrong.status, wrong.body['errors']]).toMatchObject([
    422,
    [
      { path: 'retire[0]', code: 'fate-unknown' },
      { path: 'retire[1]', code: 'fate-unknown' },
      { path: 'define[0].completedBy', code: 'event-type-unknown' },
    ],
  ]);
  const bad = await api.post('/admin/what-if', { define: [{ creates: 7 }], from: 'yesterday' });
  expect(bad.status).toBe(422);
});
