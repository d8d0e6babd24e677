/** What the releaser says of releases that it cannot finish: it looks at them every few seconds. */
import { jest } from '@jest/globals';
import { positionOf, type ParkRecord } from '#contracts';
import type { HostName, Instant } from '#domain';
import { StoreUnavailable, type ViewsWriter } from '#ports';
import { createMemoryJournal } from '#testing';
import { silentLog } from '../log.js';
import { Releaser } from './releaser.js';

const parked: ParkRecord = {
  ...{ state: 'releasing', reason: 'x', revision: 3, position: positionOf(7n) },
  since: '2026-01-01T00:00:00.000Z' as Instant,
};

afterEach(() => {
  jest.useRealTimers();
});

test('what it cannot finish it says once, and again where the reason changes, or comes back', async () => {
  jest.useFakeTimers();
  let reason: string | null = 'the journal is away';
  let isAway = false;
  let hosts: readonly HostName[] = ['web-1' as HostName, 'web-2' as HostName];
  const said: string[] = [];
  const views: Partial<ViewsWriter> = {
    parkedHosts: async () => {
      if (isAway) throw new StoreUnavailable('views', 'away');
      return hosts.map((host) => ({ host, parked }));
    },
    parkedQuests: async () => [],
    load: async () => {
      throw new Error(`${reason}`);
    },
  };
  const releaser = new Releaser({
    ...{
      journal: createMemoryJournal(),
      views: views as ViewsWriter,
      applier: { apply: () => Promise.resolve() },
      generation: 1,
    },
    log: {
      ...silentLog,
      warn: (text, fields) => void said.push(`${text} ${String((fields as { name?: string }).name)}`),
    },
    ...{ touched: () => undefined, owns: () => true },
  });
  const look = async (): Promise<number> => {
    said.length = 0;
    await jest.advanceTimersByTimeAsync(5000);
    return said.length;
  };
  releaser.start();
  await jest.advanceTimersByTimeAsync(10);
  expect(said).toEqual(hosts.map((host) => `a release could not be finished; it will be tried again ${host}`));
  expect([await look(), await look()]).toEqual([0, 0]);
  reason = 'the views are away';
  expect([await look(), await look()]).toEqual([2, 0]);
  isAway = true;
  expect([await look(), await look()]).toEqual([1, 0]);
  isAway = false;
  expect(await look()).toBe(0);
  hosts = [];
  expect(await look()).toBe(0);
  hosts = ['web-2' as HostName];
  expect([await look(), await look()]).toEqual([1, 0]);
  await releaser.close();
});
