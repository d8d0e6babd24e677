/** Commands in turns: in order on one key, of one holder no more than its share, and none behind all of another holder's. */
import { done } from '#contracts';
import { SerialQueue, type SerialLimits } from './serial-queue.js';

/** Pieces of work that run until they are ended by their name. */
function rig(limits: SerialLimits) {
  const queue = new SerialQueue(limits);
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  const work = (name: string) => async () => {
    begun.push(name);
    await new Promise<void>((end) => running.set(name, end));
    running.delete(name);
    return done(name);
  };
  const settle = () => new Promise((next) => setImmediate(next));
  return {
    queue,
    begun,
    run: (key: string, holder: string, name: string) => queue.run(key, holder, work(name)),
    async running() {
      await settle();
      return [...running.keys()];
    },
    /** Ends all that runs, until nothing does. */
    async finish() {
      for (await settle(); running.size > 0; await settle()) for (const end of running.values()) end();
    },
  };
}

const OVERLOADED = { problem: { code: 'overloaded' } };

test('beyond its size the queue refuses; closed, it begins nothing more', async () => {
  const queue = new SerialQueue({ maxSize: 2 });
  const never = async () => done(1);
  const both = [queue.run('a', 'ann', never), queue.run('b', 'bob', never)];
  expect(await queue.run('c', 'zoe', never)).toMatchObject(OVERLOADED);
  expect(await Promise.all(both)).toEqual([done(1), done(1)]);
  queue.close();
  expect(await queue.run('a', 'ann', never)).toMatchObject({ problem: { code: 'store-unavailable' } });
});

test('on one key, one holder’s commands stay in order, and another’s comes after the one that runs', async () => {
  const { run, begun, finish } = rig({ maxSize: 100 });
  const runs = Array.from({ length: 50 }, (_, nth) => run('catalogue', 'heavy', `heavy ${nth}`));
  runs.push(run('catalogue', 'light', 'light'));
  await finish();
  await Promise.all(runs);
  expect(begun.slice(0, 4)).toEqual(['heavy 0', 'heavy 1', 'light', 'heavy 2']);
  expect(begun.filter((name) => name !== 'light')).toEqual(Array.from({ length: 50 }, (_, nth) => `heavy ${nth}`));
});

test('a few run at once, and one holder leaves some of them to the others', async () => {
  const { run, running, finish } = rig({ maxSize: 100, maxRunning: 4 });
  const runs = Array.from({ length: 10 }, (_, nth) => run(`quest ${nth}`, 'heavy', `heavy ${nth}`));
  expect(await running()).toEqual(['heavy 0', 'heavy 1', 'heavy 2']);
  runs.push(run('quest x', 'light', 'light'), run('quest y', 'light', 'second'));
  expect(await running()).toEqual(['heavy 0', 'heavy 1', 'heavy 2', 'light']);
  await finish();
  await Promise.all(runs);
});

test('a holder that has its share waiting is refused while another is taken', async () => {
  const { run, finish } = rig({ maxSize: 4 });
  const runs = Array.from({ length: 3 }, (_, nth) => run('catalogue', 'heavy', `heavy ${nth}`));
  expect(await run('catalogue', 'heavy', 'more')).toMatchObject(OVERLOADED);
  runs.push(run('catalogue', 'light', 'light'));
  await finish();
  expect(await Promise.all(runs)).toEqual(['heavy 0', 'heavy 1', 'heavy 2', 'light'].map((name) => done(name)));
});
