/** Requests with an Idempotency-Key over kill -9: sent again to the next process, they do their work once and answer as before. */
import { statSync } from 'node:fs';
import type { Answer, Json } from '../harness/api.js';
import { RESTARTS, wholeHermes } from '../harness/whole.js';
import { until } from '../../libs/testing/until.js';

const COUNT = 50_000;

const hermes = wholeHermes({ ...RESTARTS, each: true });

function keyed(path: string, body: unknown, key: string): Promise<Answer<Json>> {
  return hermes.api.post(path, body, { 'idempotency-key': key });
}

async function head(): Promise<string> {
  return String((await hermes.api.read('/admin/status'))['head']);
}

/** What repeats must have in common with the first answer. */
function shown({ status, body, headers }: Answer<Json>): object {
  return { status, body, position: headers.get('hermes-position') };
}

/** How long the journal's log of writes is, in bytes. */
function written(): number {
  return statSync(hermes.path('journal.db-wal')).size;
}

test.each([
  ['its record is there', 1],
  ['a part of its hosts is listed', 300_000],
])(
  'kill -9 when %s, and again while it embarks: a quest of 50,000 hosts is there once',
  async (_when, grownBytes) => {
    const hosts = Array.from({ length: COUNT }, (_, index) => `host-${String(index).padStart(6, '0')}.example.com`);
    const body = { type: 'system-restart-required', hosts, description: 'restart the fleet' };
    const embark = () => keyed('/quests', body, 'fleet-restart-1');

    const before = written();
    let first: Answer<Json> | undefined;
    const answered = embark().then(
      (answer) => (first = answer),
      () => undefined,
    );
    // no pause between two looks: it is answered some milliseconds later
    await until(`the journal has grown by ${grownBytes}`, () => written() - before >= grownBytes, {
      ...{ everyMs: 0, limitMs: 60_000 },
    });
    await hermes.killAndRestart();
    await answered;

    const second = await embark();
    // on a busy machine the answer may have been faster than the kill
    if (first !== undefined) expect(shown(second)).toEqual(shown(first));
    expect(second.status).toBe(202);
    expect(second.body).toMatchObject({ hosts: COUNT, state: 'embarking' });
    const path = `/quests/${String(second.body['id'])}`;
    const events = `/events?quest=${String(second.body['id'])}`;
    await until('embarking is running', async () => (await hermes.api.total(events)) > 0);
    await hermes.killAndRestart();

    expect(shown(await embark())).toEqual(shown(second));
    await until('all is embarked', async () => String((await hermes.api.read(path))['state']) === 'open', {
      limitMs: 120_000,
    });
    expect(shown(await embark())).toEqual(shown(second));
    expect(await hermes.api.total('/quests')).toBe(1);
    expect(await hermes.api.total(events)).toBe(COUNT);
    expect(await hermes.api.read(path)).toMatchObject({ hosts: COUNT, progress: { labors: COUNT, open: COUNT } });

    const other = await keyed('/quests', { ...body, description: 'another' }, 'fleet-restart-1');
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency-key-reused']);
  },
  240_000,
);

test('what was answered before kill -9 is answered the same after it', async () => {
  await hermes.api.must('/events', { type: 'system-restart-required', hosts: ['a', 'b', 'c'] });
  expect(await hermes.api.total('/labors?state=open')).toBe(3);
  const asked: readonly (readonly [path: string, body: unknown])[] = [
    [
      '/event-types',
      [
        { category: 'disk', state: 'full' },
        { category: 'system-restart', state: 'required' },
      ],
    ],
    ['/fates', { creates: 'system-restart-completed', completedBy: 'system-restart-required', name: 'back' }],
    ['/quests', { type: 'system-restart-required', hosts: ['d', 'e'], description: 'two more' }],
    ['/quests/1/hosts', { hosts: ['e', 'f'] }],
    [
      '/events',
      [
        { type: 'system-restart-required', host: 'g', note: 'x' },
        { type: 'disk-full', host: 'g' },
      ],
    ],
    ['/labors/a~0/waive', { reason: 'scrapped' }],
    ['/labors/waive', { labors: ['b~0', 'nobody~0', 'c~0'], reason: 'scrapped' }],
  ];
  const answers = [];
  for (const [index, [path, body]] of asked.entries()) answers.push(shown(await keyed(path, body, `key-${index}`)));
  expect(answers).toMatchObject([201, 201, 201, 201, 201, 200, 200].map((status) => ({ status })));
  expect(await hermes.api.total('/labors?state=waived')).toBe(3);
  const end = await head();

  await hermes.killAndRestart();
  const repeated = [];
  for (const [index, [path, body]] of asked.entries()) repeated.push(shown(await keyed(path, body, `key-${index}`)));
  expect(repeated).toEqual(answers);
  expect(await head()).toBe(end);
  const other = await keyed('/events', [{ type: 'disk-full', host: 'g' }], 'key-4');
  expect([other.status, other.body['code']]).toEqual([422, 'idempotency-key-reused']);
}, 60_000);
