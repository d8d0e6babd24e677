/** What a client of changes may leave untaken: much of what it is brought up with, little of what comes beside it. */
import { jest } from '@jest/globals';
import { Writable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import type { Notice } from '#application';
import { positionOf } from '#contracts';
import type { LaborId } from '#domain';
import { laborDoc } from '#testing';
import { until } from '../../../libs/testing/until.js';
import { Connection, LASTS_MS, MOST_WAITING_BYTES } from './connection.js';

class Client extends Writable {
  text = '';
  takes = false;
  private waiting: (() => void)[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.takes) setImmediate(done);
    else this.waiting.push(done);
  }
  takeAll(): void {
    this.takes = true;
    for (const done of this.waiting.splice(0)) done();
  }
}

function world() {
  const client = new Client();
  const ends: string[] = [];
  const connection = new Connection(
    () => client as unknown as ServerResponse,
    (why) => ends.push(why),
  );
  connection.begin();
  return { client, connection, ends };
}

function noticeOf(count: number, note = 'n'): Notice {
  const changes = Array.from({ length: count }, (_, n) => {
    const labor = laborDoc({ id: `${note.repeat(100)}~${n}` as LaborId });
    return { kind: 'labor' as const, position: positionOf(BigInt(n)), labor: { ...shown, labor } };
  });
  return { reset: false, changes, place: { generation: 7, position: positionOf(3n) } };
}
const shown = { parked: false, stranded: false };

test('a page that it is brought up with waits for it in small pieces, and does not make it slow', async () => {
  const { client, connection, ends } = world();
  const page = connection.bring(noticeOf(500));
  connection.take(noticeOf(1, 'l'));
  expect(client.writableLength).toBeLessThan(MOST_WAITING_BYTES / 2);
  connection.take(noticeOf(1, 'm'));
  expect(ends).toEqual([]);
  client.takeAll();
  expect(await page).toBe(true);
  await until('all of it', async () => client.text.includes(`${'n'.repeat(100)}~499"`) && client.writableLength === 0);
  expect(client.text.split('event: labor').length - 1).toBe(502);
  // the place of the page comes after all of it
  expect(client.text.lastIndexOf('id: 7.3')).toBeGreaterThan(client.text.indexOf(`${'n'.repeat(100)}~499"`));
});

test('it lasts an hour and a little, unless it has ended before, and says so', () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
  try {
    const [{ client, connection, ends }, left] = [world(), world()];
    left.connection.leave();
    client.takeAll();
    jest.advanceTimersByTime(LASTS_MS - 1);
    expect(ends).toEqual([]);
    jest.advanceTimersByTime(LASTS_MS / 10 + 1);
    expect([ends, left.ends]).toEqual([['renewal'], []]);
    connection.end('stopping');
    expect(ends).toEqual(['renewal']);
  } finally {
    jest.useRealTimers();
  }
});

test('what says nothing is sent as a comment', async () => {
  const { client, connection } = world();
  client.takeAll();
  connection.take({ reset: false, changes: [], place: null });
  await until('it', async () => client.text === 'retry: 1000\n\n:\n\n');
});

test('to one that was ended nothing more is brought', async () => {
  const { client, connection, ends } = world();
  const page = connection.bring(noticeOf(500));
  for (let n = 0; ends.length === 0; n += 1) connection.take(noticeOf(100, 'l'));
  expect(ends).toEqual(['slow']);
  client.takeAll();
  expect(await page).toBe(false);
  expect(await connection.bring(noticeOf(1))).toBe(false);
});
