/** That the benchmarks of the remote stack still run: the one that needs no apps, at its smallest, on the lane's servers. */
import { Context } from '../../harness/context.js';
import { relay } from './relay.js';

test('the relay publishes all that a plain producer does, and both are reported with their shares', async () => {
  const context = await Context.open(true);
  try {
    const figures = await relay.run(context);
    expect(figures.map(({ name }) => name)).toEqual([
      'stack/relay-sqlite',
      'stack/relay-sqlite-computing',
      'stack/relay-eventstore',
      'stack/relay-eventstore-computing',
    ]);
    for (const { ratio } of figures) expect(ratio).toBeGreaterThan(0);
    expect(figures[0]?.notes?.[0]).toMatch(/^cpu of the relay, 100 % is a core: relay or producer \d+ %/);
  } finally {
    await context.close();
  }
}, 60_000);
