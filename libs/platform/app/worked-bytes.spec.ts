/** Large bodies are worked on a few at a time, in the turns of their holders; small ones never wait, and nobody holds a turn without working. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import { served } from './testing-app.js';
import { announced, PATH, wireFrom, wireTo, type Wire } from './testing-wire.js';

/** Of one holder 90,000. */
const WORKED = 120_000;
/** One holder's second does not fit. */
const LARGE = 60_000;

/** The bodies whose handler works on them, by their name, and what ends it. */
const working = new Map<string, () => void>();

@Controller('things')
class ThingsController {
  @Post('search')
  @Needs('read')
  @HttpCode(200)
  search(@Body() body: { readonly name: string }): Promise<object> {
    return this.make(body);
  }

  @Post()
  @Needs('report')
  @HttpCode(201)
  async make(@Body() { name }: { readonly name: string }): Promise<object> {
    await new Promise<void>((end) => working.set(name, end));
    working.delete(name);
    return { name };
  }
}

const server = served(ThingsController, {
  adjust: (settings) => ({ ...settings, limits: { ...settings.limits, workedBytes: WORKED } }),
});

const bodyOf = (name: string, bytes: number): string => `{"name": "${name}"}`.padEnd(bytes, ' ');
const send = (name: string, bytes: number, address = '127.0.0.1'): Wire =>
  wireFrom(address, server.origin, announced(bytes, PATH), bodyOf(name, bytes));
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

test('another holder’s body is not behind all of one’s: it has room beside them', async () => {
  const many = ['one', 'two', 'three', 'four', 'five'].map((name) => send(name, 45_000));
  await until('its share is worked on', () => working.size === 2);
  const theirs = send('theirs', 30_000, '127.0.0.2');
  await begun('theirs');
  expect(working.size).toBe(3);
  working.get('theirs')!();
  await theirs.said(/"name"/);
  for (let left = many.length; left > 0; left -= 1) {
    await until('one is worked on', () => working.size > 0);
    const [[name, end]] = [...working] as [[string, () => void]];
    end();
    await until(`${name} is over`, () => !working.has(name));
  }
  for (const { socket, said } of many) {
    expect(await said(/"name"/)).toMatch(/^HTTP\/1\.1 201 /);
    socket.destroy();
  }
  theirs.socket.destroy();
});

test('a question that waits for something holds no turn', async () => {
  const search = wireTo(server.origin, announced(LARGE, `${PATH}/search`), bodyOf('search', LARGE));
  await begun('search');
  const other = send('other', LARGE);
  await begun('other');
  for (const name of ['search', 'other']) working.get(name)!();
  await Promise.all([search.said(/"name"/), other.said(/"name"/)]);
  for (const { socket } of [search, other]) socket.destroy();
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
    server.origin,
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
    const bad = wireTo(server.origin, announced(LARGE, PATH), '{"name": '.padEnd(LARGE, ' '));
    expect(await bad.said(/malformed/)).toMatch(/^HTTP\/1\.1 400 /);
    bad.socket.destroy();
  }
  const good = send('good', WORKED);
  await begun('good');
  working.get('good')!();
  await good.said(/"name"/);
  good.socket.destroy();
});
