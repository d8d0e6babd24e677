/**
 * R15: a rolling upgrade, projectors first, then query, then ingest, while events arrive and are read: two builds side by side over
 * one journal and one set of views. The later one is made here, of this one's output with versions raised.
 */
import { rm } from 'node:fs/promises';
import {
  DOCUMENTS_VERSION,
  type GenerationListBody,
  type ParkedListBody,
  type StatsBody,
  type StatusBody,
} from '#contracts';
import { FOLD_VERSION } from '#domain';
import { eventually, laneServer, serverFolder, until } from '#testing';
import { otherBuild, raised, type Replacement } from './other-build.js';
import { Readers } from './readers.js';
import { Stack, type AppName } from './stack.js';
import { Writers } from './writers.js';

const LIMIT_MS = 300_000;
const WAIT_MS = 90_000;
const SOON = { limitMs: WAIT_MS, everyMs: 200 };
const LATER_FOLD = FOLD_VERSION + 1;

const fold = raised('libs/domain/host/judge.js', 'FOLD_VERSION');
const documents = raised('libs/contracts/documents/index.js', 'DOCUMENTS_VERSION');

let folder: string;
let stack: Stack | undefined;
let load: { readonly writers: Writers; readonly readers: Readers } | undefined;

beforeEach(() => {
  folder = serverFolder();
});

afterEach(async () => {
  await Promise.all([load?.readers.stop(), load?.writers.stop()]);
  load = undefined;
  await stack?.stop();
  stack = undefined;
  await rm(folder, { recursive: true, force: true });
}, LIMIT_MS);

type Generations = GenerationListBody['items'];

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function admin(of: Stack, name: AppName, path: string, method = 'GET'): Promise<Answer> {
  const answer = await fetch(`${of.originOf(name)}/api/v1/admin${path}`, { method });
  return { status: answer.status, body: await answer.json() };
}

async function generations(of: Stack, name: AppName): Promise<Generations> {
  return ((await admin(of, name, '/generations')).body as GenerationListBody).items;
}

async function begun(): Promise<Stack> {
  const made = new Stack(
    {
      eventstore: laneServer('HERMES_TEST_EVENTSTORE'),
      kafka: laneServer('HERMES_TEST_KAFKA'),
      mongo: laneServer('HERMES_TEST_MONGO'),
      replication: 1,
    },
    `upgrade-${crypto.randomUUID().slice(0, 8)}`,
  );
  stack = made;
  await made.start();
  for (const [path, body] of [
    ['/event-types', { category: 'x', state: 'required' }],
    ['/event-types', { category: 'x', state: 'done' }],
    ['/fates', { creates: 'x-required', completedBy: 'x-done' }],
  ] as const) {
    const answer = await fetch(`${made.origins[0]}/api/v1${path}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    });
    expect(answer.status).toBe(201);
  }
  return made;
}

test.each([
  ['another fold of the same documents', [fold], DOCUMENTS_VERSION],
  ['another fold of other documents', [fold, documents], DOCUMENTS_VERSION + 1],
])(
  'R15: %s: nothing is taken from the other build, no pointer moves back, and no read or write fails',
  async (_, replacements, laterDocuments) => {
    const later = await otherBuild(`${folder}/later`, replacements);
    const of = await begun();
    const writers = new Writers(of.origins[0] ?? '', 'x-required', 1);
    const readers = new Readers(of.origins[1] ?? '');
    load = { writers, readers };
    await until('there is history', () => writers.acknowledged.length > 30, { limitMs: WAIT_MS });
    const [first] = await generations(of, 'projector-1');
    expect(first).toMatchObject({ foldVersion: FOLD_VERSION, documentsVersion: DOCUMENTS_VERSION, served: true });

    // one of two projectors: both builds follow the journal, each its own generation
    await of.replace('projector-2', later);
    const found = await eventually(
      'the later build serves its own views',
      async () => {
        const all = await generations(of, 'projector-2');
        const made = all.find((each) => each.foldVersion === LATER_FOLD && each.served && each.state === 'ready');
        if (made === undefined) throw new Error(JSON.stringify(all));
        return made;
      },
      { limitMs: WAIT_MS, everyMs: 100 },
    );
    expect(found).toMatchObject({ documentsVersion: laterDocuments, state: 'ready' });
    // the earlier build can neither serve its fold again nor drop the later one's views
    const back = await admin(of, 'projector-1', `/generations/${first?.number}/activate`, 'POST');
    const isShared = laterDocuments === DOCUMENTS_VERSION;
    expect([503, 409]).toContain(back.status);
    const dropped = await admin(of, 'projector-1', `/generations/${found.number}`, 'DELETE');
    expect(dropped).toMatchObject({ status: 409, body: { code: 'generation-in-use' } });
    // and the later one drops none that the earlier follows
    if (!isShared) {
      const former = await admin(of, 'projector-2', `/generations/${first?.number}`, 'DELETE');
      expect(former).toMatchObject({ status: 409, body: { code: 'generation-in-use' } });
      // which it keeps level: its readers find what was written since
      const seen = writers.position;
      await until('the earlier views are level', async () => (await positionOf(of, first?.number)) >= seen, {
        limitMs: WAIT_MS,
        everyMs: 100,
      });
    }
    expect((await generations(of, 'projector-2')).map(({ number }) => number)).toEqual([first?.number, found.number]);
    // started again, the earlier build leaves what it finds as it is
    await of.kill('projector-1');
    await of.launch('projector-1');
    await until(
      'it answers',
      async () => (await admin(of, 'projector-1', '/status').catch(() => undefined))?.status === 200,
      { limitMs: WAIT_MS, everyMs: 100 },
    );
    await of.replace('projector-1', later);
    await of.ready();
    expect(readers.failures()).toEqual([]);
    expect((await generations(of, 'projector-1')).find(({ number }) => number === found.number)).toMatchObject({
      served: true,
    });

    await of.replace('query', later);
    await of.ready();
    for (const name of ['ingest-1', 'ingest-2'] as const) {
      await of.replace(name, later);
      await of.ready();
    }
    await readers.stop();
    await writers.stop();

    const all = await generations(of, 'projector-1');
    expect(all.filter(({ served, documentsVersion }) => served && documentsVersion === laterDocuments)).toEqual([
      expect.objectContaining({ number: found.number, foldVersion: LATER_FOLD }),
    ]);
    // each acknowledged event is shown once
    await eventually(
      'all is shown',
      async () => {
        const answer = await fetch(`${of.originOf('query')}/api/v1/stats`, {
          headers: { 'hermes-min-position': String(writers.position) },
        });
        const { totals } = (await answer.json()) as StatsBody;
        expect(totals.value.events).toBe(writers.acknowledged.length);
      },
      { limitMs: WAIT_MS, everyMs: 500 },
    );
    const statuses = [...writers.attempts, ...readers.attempts].map(({ status }) => status);
    expect(statuses.filter((status) => status === 500)).toEqual([]);
  },
  LIMIT_MS,
);

/** A build with a version of notes more, which says nothing else. */
const notes: Replacement = {
  file: 'libs/contracts/codec/host.js',
  find: /LaborNoted: \{ fields: \{ labor, by: optional\(text\), text \}, imply: ofHost \},/,
  by: `LaborNoted: {
    fields: { labor, by: optional(text), text, mood: optional(text) },
    imply: ofHost,
    before: [{ read: formerVersion('LaborNoted', { labor, by: optional(text), text }, () => false, ofHost).read }],
    since: 2,
  },`,
};

test(
  'R13: an entry of a new version is written once every process reads it; an earlier build parks its host, and a later one releases it',
  async () => {
    const later = await otherBuild(`${folder}/later`, [
      notes,
      raised('libs/contracts/codec/index.js', 'ENTRIES_VERSION'),
    ]);
    const of = await begun();
    const host = 'noted.example.com';
    const logged = await send(of, '/events', { type: 'x-required', host });
    expect(logged.status).toBe(201);
    const note = () => send(of, `/labors/${host}~0/note`, { text: 'seen' });
    const entries = async () => ((await admin(of, 'projector-1', '/status')).body as StatusBody).entries;
    // each process looks every few seconds
    const comeTo = (expected: object): Promise<void> =>
      eventually(
        'all are counted',
        async () => {
          expect(await entries()).toMatchObject(expected);
        },
        SOON,
      );
    await comeTo({ allowed: 1, readByAll: 1, processes: 4 });

    await of.replace('ingest-1', later);
    await of.ready();
    expect(await note()).toMatchObject({ status: 503, body: { code: 'store-unavailable' } });
    for (const name of ['projector-1', 'projector-2', 'ingest-2'] as const) await of.replace(name, later);
    await of.ready();
    await eventually(
      'it may be written',
      async () => {
        expect((await note()).status).toBe(200);
      },
      SOON,
    );
    await comeTo({ allowed: 2, reads: 2, readByAll: 2, processes: 4 });
    expect(await parkedNames(of)).toEqual([]);

    // back to the earlier build, which has all partitions
    await of.kill('projector-2');
    await of.kill('projector-1');
    await of.launch('projector-1');
    expect((await note()).status).toBe(200);
    await eventually(
      'it is parked',
      async () => {
        expect(await parkedNames(of)).toEqual([host]);
      },
      SOON,
    );
    await of.replace('projector-1', later);
    await eventually(
      'it is released',
      async () => {
        expect(await parkedNames(of)).toEqual([]);
      },
      SOON,
    );
    await eventually(
      'both notes are shown',
      async () => {
        const answer = await fetch(`${of.originOf('query')}/api/v1/labors/${host}~0`);
        const { notes: shown } = (await answer.json()) as { readonly notes: readonly unknown[] };
        expect(shown).toHaveLength(2);
      },
      SOON,
    );
  },
  LIMIT_MS,
);

async function parkedNames(of: Stack): Promise<readonly string[]> {
  const { body } = await admin(of, 'projector-1', '/parked');
  return (body as ParkedListBody).items.map(({ name }) => name);
}

async function send(of: Stack, path: string, body: unknown): Promise<Answer> {
  const answer = await fetch(`${of.originOf('ingest-1')}/api/v1${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
  return { status: answer.status, body: await answer.json() };
}

async function positionOf(of: Stack, number: number | undefined): Promise<bigint> {
  const found = (await generations(of, 'projector-2')).find((each) => each.number === number);
  return BigInt(found?.position ?? 0);
}
