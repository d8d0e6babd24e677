/** Who takes an answer too slowly is cut: the place of its request and the memory of the answer are for others. */
import { Controller, Get } from '@nestjs/common';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import { served } from './testing-app.js';
import { PATH, readerOf } from './testing-wire.js';

/** More than the two sides of a connection take by themselves. */
const LARGE = 16 * 1024 * 1024;

let asked = 0;

@Controller('things')
@Needs('read')
class ThingsController {
  @Get()
  large(): object {
    asked += 1;
    return { text: 'x'.repeat(LARGE) };
  }
}

const server = served(ThingsController, {
  environment: { HERMES_MAX_HEAD_SECONDS: '1', HERMES_MAX_REQUEST_SECONDS: '1' },
});

test('a reader that takes a byte now and then is cut, one that takes its time for the next request is not', async () => {
  const readers = Array.from({ length: 4 }, () => readerOf(server.origin));
  const timer = setInterval(() => {
    for (const socket of readers) socket.read(1);
  }, 50);
  try {
    await until('they are answered', () => asked === readers.length);
    await until('they are cut', async () => (await server.figure('hermes_http_requests_active')) === 0);
  } finally {
    clearInterval(timer);
    for (const socket of readers) socket.destroy();
  }
  const { text } = (await (await fetch(`${server.origin}${PATH}`)).json()) as { readonly text: string };
  expect(text).toHaveLength(LARGE);
});
