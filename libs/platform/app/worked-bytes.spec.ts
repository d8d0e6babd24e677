/** Large bodies are worked on a few at a time, in their order; small ones never wait, and nobody holds a turn without working. */
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import type { Feed, Journal, Views } from '#ports';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import type { PlatformLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';
import { announced, PATH, wireFrom, wireTo, type Wire } from './testing-wire.js';

const WORKED = 100_000;
/** Two do not fit. */
const LARGE = 60_000;

/** The bodies whose handler works on them, by their name, and what ends it. */
const working = new Map<string, () => void>();

@Controller('things')
@Needs('read')
class ThingsController {
  @Post()
  @HttpCode(201)
  async make(@Body() { name }: { readonly name: string }): Promise<object> {
    await new Promise<void>((end) => working.set(name, end));
    working.delete(name);
    return { name };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const ignore = (): void => undefined;
const log: PlatformLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let app: App;
let origin: string;
beforeAll(async () => {
  const settings = readSettings({ HERMES_PORT: '0' });
  app = await createApp({
    modules: [ThingsModule],
    useCases: [],
    settings: { ...settings, limits: { ...settings.limits, workedBytes: WORKED } },
    log,
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  origin = await app.listen();
});
afterAll(() => app.close());

const bodyOf = (name: string, bytes: number): string => `{"name": "${name}"}`.padEnd(bytes, ' ');
const send = (name: string, bytes: number): Wire => wireTo(origin, announced(bytes, PATH), bodyOf(name, bytes));
const begun = (...names: readonly string[]): Promise<void> =>
  until(`${names.join(', ')} are worked on`, () => names.every((name) => working.has(name)), {
    seen: () => [...working.keys()].join(', '),
  });

test('what is too much at once waits as it came, small bodies go on; each has its turn in its order', async () => {
  const first = send('first', LARGE);
  await begun('first');
  const second = send('second', LARGE);
  const third = send('third', 20_000);
  const small = send('small', 1000);
  await begun('small');
  expect([...working.keys()]).toEqual(['first', 'small']);
  working.get('first')!();
  await begun('second', 'third');
  for (const name of ['second', 'third', 'small']) working.get(name)!();
  for (const { socket, said } of [first, second, third, small]) {
    expect(await said(/"name"/)).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  }
});

test('however many one sends, another waits for one of them at most', async () => {
  const own = [send('first', LARGE)];
  await begun('first');
  for (const name of ['second', 'third', 'fourth']) own.push(send(name, LARGE));
  // of the same holder, which proves that those before it have come
  const last = send('last', 1000);
  await begun('last');
  const other = wireFrom('127.0.0.2', origin, announced(LARGE, PATH), bodyOf('other', LARGE));
  const marker = wireFrom('127.0.0.2', origin, announced(1000, PATH), bodyOf('marker', 1000));
  await begun('marker');
  working.get('first')!();
  await begun('second');
  working.get('second')!();
  await begun('other');
  expect([...working.keys()]).not.toContain('third');
  for (const name of ['other', 'third', 'fourth', 'last', 'marker']) {
    await begun(name);
    working.get(name)!();
  }
  for (const { socket, said } of [...own, last, other, marker]) {
    expect(await said(/"name"/)).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  }
});

test('a body larger than all of it is taken alone', async () => {
  const one = send('one', 3 * WORKED);
  await begun('one');
  working.get('one')!();
  expect(await one.said(/"name"/)).toMatch(/^HTTP\/1\.1 201 /);
  one.socket.destroy();
});

test('who goes away while it waits is forgotten; who goes away while it is worked on keeps its turn until the work ends', async () => {
  const first = send('first', LARGE);
  await begun('first');
  const waiting = send('waiting', LARGE);
  const second = send('second', LARGE);
  const small = send('small', 1000);
  await begun('small');
  waiting.socket.destroy();
  first.socket.destroy();
  await Promise.all([waiting.closed, first.closed]);
  working.get('small')!();
  await small.said(/"name"/);
  expect([...working.keys()]).toEqual(['first']);
  working.get('first')!();
  await begun('second');
  expect([...working.keys()]).toEqual(['second']);
  working.get('second')!();
  await second.said(/"name"/);
  for (const { socket } of [second, small]) socket.destroy();
});

test('an answer that waits behind another one of its connection holds no turn', async () => {
  const wire = wireTo(
    origin,
    announced(100, PATH) + bodyOf('before', 100) + announced(LARGE, PATH) + bodyOf('behind', LARGE),
  );
  await begun('before', 'behind');
  working.get('behind')!();
  await until('it was worked on', () => !working.has('behind'));
  const other = send('other', LARGE);
  await begun('other');
  for (const name of ['before', 'other']) working.get(name)!();
  await Promise.all([wire.said(/"behind"/), other.said(/"name"/)]);
  for (const { socket } of [wire, other]) socket.destroy();
});

test('a body that is refused gives its turn back', async () => {
  for (let nth = 0; nth < 3; nth += 1) {
    const bad = wireTo(origin, announced(LARGE, PATH), '{"name": '.padEnd(LARGE, ' '));
    expect(await bad.said(/malformed/)).toMatch(/^HTTP\/1\.1 400 /);
    bad.socket.destroy();
  }
  const good = send('good', WORKED);
  await begun('good');
  working.get('good')!();
  await good.said(/"name"/);
  good.socket.destroy();
});
