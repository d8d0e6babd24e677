/** A stream of events holds what it needs and no more: who waits for a place among the streams keeps none of the requests'. */
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Places, type Caller, type Ingest, type Place } from '#application';
import { START } from '#contracts';
import { StreamedBody } from '#platform';
import { until } from '../../../libs/testing/until.js';
import { EventStreams } from './stream.js';

const MOST_BUSY = 4;
const MOST_OF_ONE = 3;
const line = `${JSON.stringify({ type: 'disk-full', host: 'web-1' })}\n`;
const caller: Caller = { principal: 'agent', mayReportRestricted: false };

/** Takes every batch, and stores nothing. */
const ingest = {
  logEventStream: async (batches: AsyncIterable<readonly unknown[]>) => {
    let accepted = 0;
    for await (const batch of batches) accepted += batch.length;
    const position = accepted > 0 ? START + 1n : START;
    return { position, accepted, duplicates: 0, differing: 0, newHosts: 0, refused: 0, refusals: [] };
  },
} as unknown as Ingest;

test('a stream that waits for its turn among the streams holds no place of requests', async () => {
  const streams = new EventStreams(ingest, { nowMs: () => Date.now() }, new AbortController().signal, MOST_BUSY);
  const requests = new Places(100);
  const begin = (): { source: PassThrough; place: Place; answer: Promise<unknown> } => {
    const source = new PassThrough();
    const place = requests.enter('agent') as Place;
    return { source, place, answer: streams.log(new StreamedBody(source), caller, place) };
  };
  const late = begin();
  late.source.write(line);
  await until('it is idle', () => requests.size === 0);

  const busy = Array.from({ length: MOST_OF_ONE }, begin);
  // much of a line whose end does not come: such a stream is not idle
  for (const { source } of busy) source.write(' '.repeat(100_000));
  await sleep(500);
  expect(requests.size).toBe(MOST_OF_ONE);
  late.source.end(line);
  await sleep(200);
  expect(requests.size).toBe(MOST_OF_ONE);

  for (const { source } of busy) source.end(line);
  expect(await Promise.all(busy.map(({ answer }) => answer))).toHaveLength(MOST_OF_ONE);
  expect(await late.answer).toMatchObject({ accepted: 2 });
});
