/** Places of requests: reads take none of a write's, who leaves frees its place, and who comes back gets one before who is new. */
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { FreshnessDemand } from '#application';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import { Freshness } from '../api/freshness.js';
import { served } from './testing-app.js';
import { PATH } from './testing-wire.js';

/** What ends the wait of each request by its name, and the names of those that have ended theirs. */
const ends = new Map<string, () => void>();
const back: string[] = [];

const held = (name: string): Promise<void> => new Promise((end) => ends.set(name, end));

@Controller('things')
@Needs('read')
class ThingsController {
  @Get('hold/:name')
  async hold(@Param('name') name: string): Promise<object> {
    await held(name);
    return { name };
  }

  @Get('wait/:name')
  async wait(@Param('name') name: string, @Freshness() { place }: FreshnessDemand): Promise<object> {
    place?.leave();
    await held(name);
    await place?.comeBack();
    back.push(name);
    return { name };
  }

  @Post()
  @Needs('report')
  @HttpCode(201)
  make(): object {
    return {};
  }
}

const server = served(ThingsController, {
  // three for one address
  environment: { HERMES_MAX_REQUESTS: '4' },
});
beforeEach(() => {
  ends.clear();
  back.length = 0;
});

const get = async (path: string, signal?: AbortSignal): Promise<number> => {
  const headers = { 'hermes-min-position': '7' };
  return (await fetch(`${server.origin}${PATH}/${path}`, { headers, ...(signal && { signal }) })).status;
};
const post = async (): Promise<number> => (await fetch(`${server.origin}${PATH}`, { method: 'POST' })).status;

async function begun(names: readonly string[]): Promise<void> {
  await until(`${names.join()} are there`, () => names.every((name) => ends.has(name)));
}

const active = (): Promise<number> => server.figure('hermes_http_requests_active');

test('reads that hold all places of reads keep no write out', async () => {
  const names = ['a', 'b', 'c'];
  const holding = names.map((name) => get(`hold/${name}`));
  await begun(names);
  expect([await get('hold/more'), await post()]).toEqual([503, 201]);
  for (const name of names) ends.get(name)?.();
  expect(await Promise.all(holding)).toEqual([200, 200, 200]);
});

test('any number that wait hold no place, and come back as there are places', async () => {
  const waiters = Array.from({ length: 20 }, (_, nth) => `w${nth}`);
  const waiting = waiters.map((name) => get(`wait/${name}`));
  await begun(waiters);
  await until('they hold no place', async () => (await active()) === 0);
  const names = ['a', 'b', 'c'];
  const holding = names.map((name) => get(`hold/${name}`));
  await begun(names);
  for (const name of waiters) ends.get(name)?.();
  expect([await get('hold/more'), back]).toEqual([503, []]);
  ends.get('a')?.();
  expect(await Promise.all(waiting)).toEqual(waiters.map(() => 200));
  expect(back).toEqual(waiters);
  for (const name of names) ends.get(name)?.();
  expect(await Promise.all(holding)).toEqual([200, 200, 200]);
});

test('a client that goes away has its place until its work is over', async () => {
  const names = ['a', 'b', 'c'];
  const gone = new AbortController();
  const left = names.map((name) => get(`hold/${name}`, gone.signal).catch(() => 'gone'));
  await begun(names);
  gone.abort();
  expect(await Promise.all(left)).toEqual(['gone', 'gone', 'gone']);
  await until('they hold their places', async () => (await active()) === 3);
  expect(await get('hold/more')).toBe(503);
  for (const name of names) ends.get(name)?.();
  await until('no place is held', async () => (await active()) === 0);
});

test('a client that goes away while it waits, or while it waits to come back, leaves nothing behind', async () => {
  const names = ['a', 'b', 'c'];
  const gone = new AbortController();
  const waiting = ['x', 'y'].map((name) => get(`wait/${name}`, gone.signal).catch(() => 'gone'));
  await begun(['x', 'y']);
  const holding = names.map((name) => get(`hold/${name}`));
  await begun(names);
  ends.get('x')?.();
  gone.abort();
  expect(await Promise.all(waiting)).toEqual(['gone', 'gone']);
  for (const name of [...names, 'y']) ends.get(name)?.();
  expect(await Promise.all(holding)).toEqual([200, 200, 200]);
  await until('what it waited for is over', () => back.includes('x') && back.includes('y'));
  await until('no place is held', async () => (await active()) === 0);
  const again = names.map((name) => get(`wait/${name}2`));
  await begun(names.map((name) => `${name}2`));
  for (const name of names) ends.get(`${name}2`)?.();
  expect(await Promise.all(again)).toEqual([200, 200, 200]);
});
