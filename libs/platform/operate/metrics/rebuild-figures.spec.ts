/** R4: the figures of a rebuild are there while one runs, in whichever process, and say where an operator has to decide. */
import type { FoldingStatus, Operating, ProjectionStatus, RebuildJob } from '#application';
import { positionOf, START } from '#contracts';
import { projectionFigures } from './sources.js';

const folding: FoldingStatus = {
  phase: 'judging',
  ...{ generation: 2, position: positionOf(7n), end: positionOf(9n), percent: 40, entries: 5, entriesPerS: 1200 },
  ...{ read: 9, judged: 5, total: 9, secondsLeft: 31, hosts: 3, bytes: 100 },
};

async function shown(status: Pick<ProjectionStatus, 'folding' | 'rebuild'>): Promise<Record<string, number>> {
  const whole: ProjectionStatus = {
    ...{ head: START, identity: 'x', generation: null, partitions: [], halted: null, hostsBehind: 0 },
    ...{ parkedHosts: 0, parkedQuests: 0, parkedMore: false, entries: null, ...status },
  };
  const operating = { status: () => Promise.resolve(whole) } as Operating;
  const samples = await projectionFigures({ questsToCount: () => 0 }, operating)();
  const own = samples.filter(({ name }) => name.startsWith('hermes_rebuild_'));
  return Object.fromEntries(own.map(({ name, value }) => [name.slice('hermes_rebuild_'.length), value]));
}

test('nothing but that none waits where none runs', async () => {
  expect(await shown({ folding: null, rebuild: null })).toEqual({ waiting: 0 });
});

test('how far one is, and how fast', async () => {
  expect(await shown({ folding, rebuild: null })).toEqual({
    ...{ ratio: 0.4, entries_per_second: 1200, seconds_left: 31, waiting: 0 },
  });
  expect(await shown({ folding: { ...folding, secondsLeft: null }, rebuild: null })).not.toHaveProperty('seconds_left');
});

test('that one waits for an operator, and what it differs in', async () => {
  const rebuild = { state: 'waiting', differences: 3 } as RebuildJob;
  expect(await shown({ folding: null, rebuild })).toEqual({ waiting: 1, differences: 3 });
});
