/** R4–R8, R14: rebuilds beside the served generation: it is read and followed meanwhile, and another one is served then. */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeDisk, type Projector, type ProveGenerations, type RunOptions } from '#application';
import { DOCUMENTS_VERSION, positionOf, type Outcome } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import { createMemoryJournal, joinAlone, Play, temporaryFolder, until } from '#testing';
import {
  acceptQuest,
  allJudged,
  append,
  appendHistory,
  follow,
  hearHead,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { comparedViews } from './testing-replays.js';

const path = temporaryFolder();
afterEach(tidyUp);

function busy(events = 40): Play {
  const play = new Play('x-required => x-done');
  for (let n = 0; n < events; n += 1)
    play.event(n % 3 === 2 ? 'x-done' : 'x-required', { host: `h${n % 7}` as HostName });
  return play;
}

interface World {
  readonly journal: Journal;
  readonly views: Views;
  readonly one: Projector;
  /** The generation that is served at the beginning. */
  readonly before: number;
  /** One more event. */
  readonly late: () => Promise<unknown>;
}

type Options = NonNullable<Parameters<typeof projectorOver>[2]>;

/** A projector that follows views with a history and a quest. */
async function world(options: Options & { readonly over?: (views: Views) => Views } = {}): Promise<World> {
  const { over = (views: Views) => views, ...of } = options;
  const journal = createMemoryJournal();
  await acceptQuest(journal, 1 as QuestId, ['h1' as HostName]);
  const play = busy();
  await appendHistory(journal, play.history);
  const views = await newViews();
  const one = projectorOver(journal, over(views), of);
  await one.prepare({ rebuild: false });
  await follow(one);
  await settle(views);
  const { entry } = play.history.steps.at(-1)!;
  return { journal, views, one, before: await served(views), late: () => append(journal, entry) };
}

function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.detail}`);
  return outcome.value;
}

async function stateOf(projector: Projector, id: number): Promise<string> {
  return must(await projector.rebuilds.get(String(id))).state;
}

async function comesTo(projector: Projector, id: number, state: string): Promise<void> {
  await until(`rebuild ${id} is ${state}`, async () => (await stateOf(projector, id)) === state, {
    limitMs: 20_000,
  });
}

async function clean(journal: Journal) {
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await allJudged(views);
  await settle(views);
  await stop(projector);
  return comparedViews(views);
}

/** Calls `loading` before each unit. */
function loading(views: Views, before: (unit: string) => Promise<void> | void): Views {
  const { loader } = views;
  return {
    ...views,
    close: () => views.close(),
    loader: {
      create: (of) => loader.create(of),
      loaded: (generation) => loader.loaded(generation),
      load: async (generation, unit, fill) => {
        await before(unit);
        await loader.load(generation, unit, fill);
      },
      finish: (...call) => loader.finish(...call),
    },
  };
}

/** A job whose process has ended while it loaded its generation. */
async function leftLoading() {
  const first: { projector?: Projector; ending?: Promise<void> } = {};
  let units = 0;
  const { journal, views, one } = await world({
    owner: 'one',
    over: (of) =>
      loading(of, () => {
        if ((units += 1) === 4 && first.projector !== undefined) first.ending ??= stop(first.projector);
      }),
  });
  first.projector = one;
  const { id } = must(await one.rebuilds.begin());
  await until('it has ended', () => first.ending !== undefined);
  await first.ending;
  const loaded = (await views.control.generations()).at(-1)!;
  expect(loaded.state).toBe('loading');
  return { journal, views, id, loaded };
}

const equal: ProveGenerations = () => Promise.resolve({ differences: 0 });

test('R7: the served generation is followed while another is loaded and kept level; one command later that one is served', async () => {
  let units = 0;
  let late: () => Promise<unknown> = () => Promise.resolve();
  const { journal, views, one, before, ...made } = await world({
    over: (over) =>
      loading(over, async () => {
        if ((units += 1) === 2) await late();
      }),
  });
  ({ late } = made);
  const { id } = must(await one.rebuilds.begin());
  await comesTo(one, id, 'waiting');
  expect(units).toBeGreaterThan(2);
  expect(await served(views)).toBe(before);
  const { generation } = must(await one.rebuilds.get(String(id)));
  expect(generation).toBeGreaterThan(before);
  // of what was judged before nobody is notified; the new one has what came meanwhile
  expect(
    (await views.reader.changedLabors(generation!, { seenAt: positionOf(0n), after: null }, 100)).length,
  ).toBeLessThan(3);
  await late();
  await hearHead(one, journal);
  const head = (await journal.head()).position;
  const all = await one.rebuilds.generations();
  expect(all.map(({ number, isServed }) => [number, isServed])).toEqual([
    [before, true],
    [generation, false],
  ]);
  expect(all[0]?.position).toBe(head);
  must(await one.rebuilds.activate(String(id)));
  await until('it is served', async () => (await served(views)) === generation);
  await comesTo(one, id, 'activated');
  // by the projector, not by who has rebuilt it
  await late();
  await until('it is followed', async () => {
    await hearHead(one, journal).catch(() => undefined);
    const [, next] = await one.rebuilds.generations();
    return next?.position === (await journal.head()).position;
  });
  await settle(views);
  expect(await comparedViews(views)).toEqual(await clean(journal));
});

test('R8: it is served by itself where it was proved equal, and waits where it was not', async () => {
  const differences = [3, 0];
  const asked: unknown[] = [];
  const prove: ProveGenerations = (generations) => {
    asked.push(generations);
    return Promise.resolve({ differences: differences.shift() ?? 0 });
  };
  const { views, one, before } = await world({ prove });
  const first = must(await one.rebuilds.begin());
  await comesTo(one, first.id, 'waiting');
  const { generation, differences: found } = must(await one.rebuilds.get(String(first.id)));
  expect([await served(views), found]).toEqual([before, 3]);
  expect(asked).toEqual([{ served: before, next: generation }]);
  must(await one.rebuilds.cancel(String(first.id)));
  await comesTo(one, first.id, 'cancelled');
  const second = must(await one.rebuilds.begin());
  await comesTo(one, second.id, 'activated');
  expect(await served(views)).toBe(must(await one.rebuilds.get(String(second.id))).generation);
});

test('R8: what changes too often to be compared is no difference: it says how much it is, until all is compared', async () => {
  const proof: { left?: (keys: number) => void; over?: () => void } = {};
  const prove: ProveGenerations = (_, __, left) =>
    new Promise((resolve) => {
      proof.left = left;
      proof.over = () => {
        resolve({ differences: 0 });
      };
    });
  const { views, one, before } = await world({ prove });
  const { id } = must(await one.rebuilds.begin());
  const trouble = async (): Promise<string | null> => must(await one.rebuilds.get(String(id))).trouble;
  await until('it compares', () => proof.left !== undefined);
  proof.left!(2);
  await until('it says so', async () => (await trouble())?.startsWith('2 hosts') ?? false);
  expect([await stateOf(one, id), await served(views)]).toEqual(['running', before]);
  proof.left!(0);
  await until('it says that it goes on', async () => (await trouble()) === null);
  proof.left!(1);
  await until('it says so again', async () => (await trouble())?.startsWith('1 hosts') ?? false);
  proof.over!();
  await comesTo(one, id, 'activated');
  expect(await trouble()).toBeNull();
});

test('R7: what comes while it is about to be served is in it by then', async () => {
  let late: () => Promise<unknown> = () => Promise.resolve();
  const over: { journal?: Journal } = {};
  const reached: [position: bigint, head: bigint][] = [];
  const made = await world({
    prove: equal,
    closing: () => late(),
    over: (views) => ({
      ...views,
      close: () => views.close(),
      control: {
        ...views.control,
        generations: () => views.control.generations(),
        current: (version) => views.control.current(version),
        createGeneration: (of) => views.control.createGeneration(of),
        identity: () => views.control.identity(),
        claim: (identity) => views.control.claim(identity),
        dropGeneration: (generation) => views.control.dropGeneration(generation),
        activate: async (generation, continued) => {
          const progress = await views.writer.progress(generation);
          const head = (await over.journal?.head())?.position ?? 0n;
          reached.push([
            progress.map(({ position }) => position).reduce((one, other) => (one < other ? one : other)),
            head,
          ]);
          return views.control.activate(generation, continued);
        },
      },
    }),
  });
  over.journal = made.journal;
  ({ late } = made);
  reached.length = 0;
  const before = (await made.journal.head()).position;
  const { id } = must(await made.one.rebuilds.begin());
  await comesTo(made.one, id, 'activated');
  expect((await made.journal.head()).position).toBeGreaterThan(before);
  expect(reached).toEqual([[expect.anything(), (await made.journal.head()).position]]);
  expect(reached[0]?.[0]).toBe(reached[0]?.[1]);
});

test('R7: a rebuild that was cancelled is not served; one that is being served refuses to be cancelled', async () => {
  const hook: { prove?: () => Promise<unknown>; activate?: () => Promise<unknown> } = {};
  const { views, one, before } = await world({
    prove: async () => {
      await hook.prove?.();
      return { differences: 0 };
    },
    over: (of) => {
      const control = Object.create(of.control) as Views['control'];
      for (const name of ['generations', 'current', 'createGeneration', 'dropGeneration', 'identity', 'claim'] as const)
        (control[name] as unknown) = of.control[name].bind(of.control);
      control.activate = async (generation) => {
        await hook.activate?.();
        return of.control.activate(generation);
      };
      return { ...of, control, close: () => of.close() };
    },
  });
  hook.prove = () => one.rebuilds.cancel('1');
  const first = must(await one.rebuilds.begin());
  await comesTo(one, first.id, 'cancelled');
  expect(await served(views)).toBe(before);
  delete hook.prove;
  let answer: unknown;
  hook.activate = async () => (answer = await one.rebuilds.cancel('2'));
  const second = must(await one.rebuilds.begin());
  await comesTo(one, second.id, 'activated');
  expect(answer).toMatchObject({ ok: false, problem: { code: 'rebuild-over', detail: 'rebuild 2 is activating' } });
  expect(await served(views)).not.toBe(before);
});

test('R5: one at a time; a repeat of the request is answered as before', async () => {
  const { one } = await world();
  const asking = { principal: 'ann', idempotencyKey: 'once' };
  const { id, by } = must(await one.rebuilds.begin(asking));
  expect([id, by]).toEqual([1, 'ann']);
  expect(must(await one.rebuilds.begin(asking)).id).toBe(1);
  const refused = await one.rebuilds.begin();
  expect(refused).toMatchObject({ ok: false, problem: { code: 'rebuild-in-progress' } });
  expect(!refused.ok && refused.problem.detail).toContain('rebuild 1');
  must(await one.rebuilds.cancel('1'));
  await comesTo(one, 1, 'cancelled');
  expect(must(await one.rebuilds.begin()).id).toBe(2);
  expect((await one.rebuilds.list()).map(({ id: each }) => each)).toEqual([2, 1]);
});

test('R5: what a process leaves that ends, another one resumes, and loads no unit twice', async () => {
  const units: string[] = [];
  const over = (views: Views): Views => loading(views, (unit) => void units.push(unit));
  let ending: Promise<void> | undefined;
  const first: { projector?: Projector } = {};
  const made = await world({
    owner: 'one',
    over: (views) =>
      loading(over(views), () => {
        if (units.length === 4 && first.projector !== undefined) ending ??= stop(first.projector);
      }),
  });
  const { journal, views, one, before } = made;
  first.projector = one;
  const { id } = must(await one.rebuilds.begin());
  await until('it has ended', () => ending !== undefined);
  await ending;
  const all = await views.control.generations();
  expect(all.map(({ state }) => state)).toEqual(['ready', 'loading']);
  const there = await views.loader.loaded(all.at(-1)!.number);
  // the plan, and a bucket at least
  expect(there.length).toBeGreaterThan(2);
  const begun = units.length;
  const two = projectorOver(journal, over(views), { owner: 'two' });
  await two.prepare({ rebuild: false });
  await follow(two);
  await comesTo(two, id, 'waiting');
  const loadedAfter = units.slice(begun);
  expect(loadedAfter.length).toBeGreaterThan(0);
  expect(loadedAfter.filter((unit) => there.includes(unit))).toEqual([]);
  must(await two.rebuilds.activate(String(id)));
  await comesTo(two, id, 'activated');
  expect(await served(views)).not.toBe(before);
  await settle(views);
  expect(await comparedViews(views)).toEqual(await clean(journal));
});

test('R5: a process whose disk takes no split leaves what is loaded, and the lease, to another one', async () => {
  const { journal, views, id, loaded } = await leftLoading();
  const file = path('refused');
  await writeFile(file, 'no folder');
  const refused = projectorOver(journal, views, { owner: 'refused', replayFolder: join(file, 'replay') });
  await refused.prepare({ rebuild: false });
  await follow(refused);
  await until('it says so', async () => must(await refused.rebuilds.get(String(id))).trouble?.includes(file) === true);
  expect((await views.control.generations()).at(-1)).toEqual(loaded);
  const two = projectorOver(journal, views, { owner: 'two' });
  await two.prepare({ rebuild: false });
  await follow(two);
  await comesTo(two, id, 'waiting');
  expect(must(await two.rebuilds.get(String(id))).generation).toBe(loaded.number);
});

test('R5: a process without a folder leaves what is loaded alone for some minutes, then rebuilds entry by entry', async () => {
  const { journal, views, id, loaded } = await leftLoading();
  let aheadMs = 0;
  const without = projectorOver(journal, views, {
    ...{ owner: 'without', replayFolder: null, monotonicMs: () => performance.now() + aheadMs },
  });
  await without.prepare({ rebuild: false });
  await follow(without);
  let looks = 0;
  const { readState } = journal;
  journal.readState = (name) => {
    if (name === 'rebuilds') looks += 1;
    return readState.call(journal, name);
  };
  await until('it has looked several times', () => looks > 3);
  expect((await views.control.generations()).map(({ number }) => number)).toEqual([1, loaded.number]);
  aheadMs = 5 * 60_000 + 1;
  await comesTo(without, id, 'waiting');
  expect(must(await without.rebuilds.get(String(id))).generation).toBeGreaterThan(loaded.number);
});

test('R5: cancelled in another process it ends where it is worked on, and leaves nothing', async () => {
  const folder = join(path('cancelled'), 'replay');
  let reached = 0;
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const { journal, views, one, before } = await world({
    ...{ owner: 'one', replayFolder: folder },
    over: (of) =>
      loading(of, async () => {
        reached += 1;
        if (reached === 3) await held;
      }),
  });
  const { id } = must(await one.rebuilds.begin());
  await until('it loads', () => reached === 3);
  expect(existsSync(folder)).toBe(true);
  const two = projectorOver(journal, views, { owner: 'two' });
  expect(must(await two.rebuilds.cancel(String(id))).state).toBe('cancelling');
  go();
  await comesTo(two, id, 'cancelled');
  expect((await views.control.generations()).map(({ number }) => number)).toEqual([before]);
  expect(existsSync(folder)).toBe(false);
  // again it changes nothing, and what is over is not activated
  expect(must(await two.rebuilds.cancel(String(id))).state).toBe('cancelled');
  expect(await two.rebuilds.activate(String(id))).toMatchObject({ ok: false, problem: { code: 'rebuild-over' } });
});

test('R7: a former generation is kept, brought level and served again', async () => {
  const { journal, views, one, before, late } = await world({ prove: equal });
  const { id } = must(await one.rebuilds.begin());
  await comesTo(one, id, 'activated');
  await late();
  await until('the new one is followed', async () => {
    await hearHead(one, journal).catch(() => undefined);
    const all = await one.rebuilds.generations();
    return all.find(({ isServed }) => isServed)?.position === (await journal.head()).position;
  });
  expect((await one.rebuilds.generations())[0]).toMatchObject({ number: before, isServed: false, state: 'ready' });
  const back = must(await one.rebuilds.rollBack(String(before), { principal: 'ann', idempotencyKey: 'back' }));
  expect(back).toMatchObject({ kind: 'roll-back', generation: before });
  await comesTo(one, back.id, 'activated');
  expect(await served(views)).toBe(before);
  await settle(views);
  expect(await comparedViews(views)).toEqual(await clean(journal));
  expect(must(await one.rebuilds.rollBack(String(before), { principal: 'ann', idempotencyKey: 'back' })).id).toBe(
    back.id,
  );
  expect(await one.rebuilds.rollBack(String(before))).toMatchObject({ problem: { code: 'generation-in-use' } });
  expect(await one.rebuilds.rollBack('99')).toMatchObject({ problem: { code: 'generation-unknown' } });
});

test('R15: dropped by command is only what nothing serves, makes or follows', async () => {
  const { journal, views, one, before } = await world({ prove: equal });
  expect(await one.rebuilds.drop(String(before))).toMatchObject({ problem: { code: 'generation-in-use' } });
  const { id } = must(await one.rebuilds.begin());
  await comesTo(one, id, 'activated');
  const [progress] = await views.writer.progress(before);
  let beats = 0;
  const following = setInterval(() => {
    beats += 1;
    const moved = [{ ...progress!, heardAtMs: progress!.heardAtMs + beats }];
    void views.writer.apply(before, { progress: { partitions: 4, moved } });
  }, 500);
  try {
    expect(await one.rebuilds.drop(String(before))).toMatchObject({
      problem: { code: 'generation-in-use', detail: expect.stringContaining('a projector follows it') as string },
    });
  } finally {
    clearInterval(following);
  }
  expect(must(await one.rebuilds.drop(String(before)))).toEqual({ generation: before });
  expect((await views.control.generations()).map(({ number }) => number)).toEqual([await served(views)]);
  expect(await one.rebuilds.drop(String(before))).toMatchObject({ problem: { code: 'generation-unknown' } });
  expect((await journal.head()).position).toBeDefined();
}, 30_000);

test('R2: a disk without room holds the rebuild up, and says so; with room it goes on', async () => {
  const file = path('full');
  await writeFile(file, 'no folder');
  let aheadMs = 0;
  const monotonicMs = (): number => performance.now() + aheadMs;
  const { one } = await world({ replayFolder: join(file, 'replay'), monotonicMs });
  const { id } = must(await one.rebuilds.begin());
  await until('it says so', async () => must(await one.rebuilds.get(String(id))).trouble !== null);
  expect(must(await one.rebuilds.get(String(id))).trouble).toContain(file);
  expect(one.notReady()).toBeNull();
  await rm(file);
  // it has left it to others
  aheadMs = 60_000;
  await comesTo(one, id, 'waiting');
  expect(must(await one.rebuilds.get(String(id))).trouble).toBeNull();
});

test('R2: beside an embedded journal it waits while the disk is nearly full, and says so', async () => {
  let free = 1e12;
  const disk = { replayRoom: { isOfViews: true }, replayDisk: { ...nodeDisk, freeBytes: async () => free } };
  const { journal, views, one, late } = await world({ disk });
  const { id } = must(await one.rebuilds.begin());
  await comesTo(one, id, 'waiting');
  const { generation } = must(await one.rebuilds.get(String(id)));
  free = 60_000_000;
  await until('it says so', async () => must(await one.rebuilds.get(String(id))).trouble?.includes('60 MB') === true);
  const before = await views.writer.progress(generation!);
  await late();
  await hearHead(one, journal);
  expect(await views.writer.progress(generation!)).toEqual(before);
  free = 1e12;
  await until('it is level again', async () => {
    const all = await one.rebuilds.generations();
    return all.at(-1)?.position === (await journal.head()).position;
  });
});

test('F1: a start with another number of partitions is not blocked by a rebuild that waits: it cancels it, and says why', async () => {
  const { journal, views, one } = await world({ owner: 'one' });
  const { id } = must(await one.rebuilds.begin());
  await comesTo(one, id, 'waiting');
  const two = projectorOver(journal, views, { owner: 'two', partitions: 8 });
  await two.prepare({ rebuild: false });
  await follow(two, 8);
  const { state, trouble } = must(await two.rebuilds.get(String(id)));
  expect([state, trouble]).toEqual(['cancelled', expect.stringContaining('8 partitions')]);
});

test('P4: while a projector leaves its generation for another one, a release is refused until it follows that', async () => {
  const { journal, views } = await world({ owner: 'one' });
  const two = projectorOver(journal, views, { owner: 'two' });
  await two.prepare({ rebuild: false });
  const ending = new AbortController();
  let answer: unknown;
  const join: RunOptions['join'] = async (group, handlers) => {
    const member = await joinAlone(PARTITIONS)(group, handlers);
    const close = async (): Promise<void> => {
      answer = await two.operating.release('h1');
      await member.close();
    };
    return { close };
  };
  const following = (): void => {
    ending.abort();
  };
  await two.run({ join, signal: ending.signal, following });
  expect(answer).toMatchObject({ ok: false, problem: { code: 'not-caught-up' } });
});

test('R4: its progress is that of the journal, its hosts and its entries', async () => {
  const { journal, one } = await world();
  const { id } = must(await one.rebuilds.begin());
  await comesTo(one, id, 'waiting');
  const { progress } = must(await one.rebuilds.get(String(id)));
  const { position } = await journal.head();
  expect(progress).toMatchObject({ percent: 100, position, end: position, hosts: 7 });
  expect(progress?.judged).toBe(progress?.read);
  expect(progress?.judged).toBeGreaterThan(40);
  // operators see it in the status, too, while it runs
  expect((await one.operating.status()).rebuild).toMatchObject({ id, state: 'waiting' });
});

test('a generation that is kept level is noted as heard: it is not old when it begins to be served', async () => {
  const { views, one } = await world();
  const { id } = must(await one.rebuilds.begin());
  await comesTo(one, id, 'waiting');
  const { generation } = must(await one.rebuilds.get(String(id)));
  const heard = async () => {
    const all = await views.writer.progress(generation ?? -1);
    return Math.min(...all.map(({ heardAtMs }) => heardAtMs));
  };
  const before = await heard();
  await until('it is noted again', async () => (await heard()) > before);
});

test('P5: of two projectors one carries it out, and both go over', async () => {
  const { journal, views, one, before } = await world({ owner: 'one', prove: equal });
  const two = projectorOver(journal, views, { owner: 'two', prove: equal });
  await two.prepare({ rebuild: false });
  await follow(two);
  const { id } = must(await two.rebuilds.begin());
  await comesTo(one, id, 'activated');
  expect(await views.control.current(DOCUMENTS_VERSION)).not.toBe(before);
  for (const projector of [one, two])
    await until('it follows the other', async () => {
      // a projector that goes over takes no batch for a moment
      await hearHead(projector, journal).catch(() => undefined);
      return projector.notReady() === null;
    });
  expect(await views.control.generations()).toHaveLength(2);
});
