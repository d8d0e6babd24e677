/** Answers that nobody takes: more than may be held is 503, writes are answered all the same, and it is free again once they are gone. */
import { Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { eventually, until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import { served } from './testing-app.js';
import { PATH, readerOf } from './testing-wire.js';

const MIB = 1024 * 1024;
/** More than the two sides of a connection take by themselves. */
const LARGE = 16 * MIB;
/** As many such answers are held, of one address. */
const HELD = 3;

let asked = 0;
let askedLate = 0;
let answeredLate = 0;

@Controller('things')
@Needs('read')
class ThingsController {
  @Get()
  large(): object {
    asked += 1;
    return { text: 'x'.repeat(LARGE) };
  }

  /** Answers once its reader has gone. */
  @Get('late')
  async late(@Req() { raw }: FastifyRequest): Promise<object> {
    askedLate += 1;
    await new Promise((gone) => raw.socket.once('close', gone));
    answeredLate += 1;
    return { text: 'x'.repeat(LARGE) };
  }

  @Post()
  @Needs('report')
  @HttpCode(201)
  make(): object {
    return { text: 'x'.repeat(LARGE) };
  }
}

const server = served(ThingsController, {
  // of answers half as much, and of that three quarters for one address, with a little room
  environment: { HERMES_MAX_HELD_BYTES: String(8 * HELD * (LARGE / 3) + MIB) },
});

test('more than may be held is refused, whatever is asked; small answers and those of writes go on', async () => {
  const readers = Array.from({ length: HELD }, () => readerOf(server.origin));
  try {
    await until('they are answered', () => asked === HELD);
    const refused = await fetch(`${server.origin}${PATH}`);
    expect([refused.status, refused.headers.get('content-type'), refused.headers.get('retry-after')]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
      '1',
    ]);
    expect(await refused.json()).toMatchObject({ status: 503, code: 'overloaded' });
    expect((await fetch(`${server.origin}/health/live`)).status).toBe(200);
    const written = await fetch(`${server.origin}${PATH}`, { method: 'POST' });
    expect([written.status, (await written.text()).length > LARGE]).toEqual([201, true]);
  } finally {
    for (const socket of readers) socket.destroy();
  }
  await eventually('all is free again', async () => {
    expect((await fetch(`${server.origin}${PATH}`)).status).toBe(200);
  });
}, 30_000);

test('an answer that is ready when its reader has gone is not held', async () => {
  for (let nth = 1; nth <= HELD + 1; nth += 1) {
    const socket = readerOf(server.origin, `${PATH}/late`);
    await until('it is worked on', () => askedLate === nth);
    socket.resetAndDestroy();
    await until('it is answered', () => answeredLate === nth);
  }
  await eventually('all is free', async () => {
    expect(await server.figure('hermes_http_held_answer_bytes')).toBe(0);
  });
  expect((await fetch(`${server.origin}${PATH}`)).status).toBe(200);
}, 30_000);
