/** Spans wait in bounded number, an exporter that hangs holds nothing up, and stopping has a limit. */
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { AlwaysOnSampler, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { until } from '../../../testing/until.js';
import { Losses } from './losses.js';
import { BATCH_SPANS, MOST_WAITING_SPANS, Outbox } from './outbox.js';

type Export = (spans: readonly ReadableSpan[], done: (result: ExportResult) => void) => void;

function rig(exported: Export, { timeoutMs = 10_000, flushLimitMs = 50 } = {}) {
  const lines: (readonly [string, object | undefined])[] = [];
  const say = (message: string, fields?: object) => void lines.push([message, fields]);
  const losses = new Losses({ info: say, warn: say, error: say }, 'http://127.0.0.1/v1/traces');
  const exporter = { export: exported, shutdown: () => Promise.resolve() };
  const outbox = new Outbox({ exporter, timeoutMs, losses, flushLimitMs });
  const provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [outbox] });
  const tracer = provider.getTracer('spec');
  const make = (count: number) => {
    for (let nth = 0; nth < count; nth += 1) tracer.startSpan('work').end();
  };
  return { lines, provider, make };
}

test('an exporter that answers nothing keeps as many as may wait; the rest is lost, and said once; stopping does not wait', async () => {
  const batches: number[] = [];
  const { lines, provider, make } = rig((spans) => batches.push(spans.length), { timeoutMs: 30_000 });
  make(MOST_WAITING_SPANS);
  expect(lines).toEqual([]);
  make(100);
  expect(lines).toEqual([[expect.any(String), expect.objectContaining({ reason: 'too many spans wait' })]]);
  expect(batches).toEqual([BATCH_SPANS]);
  await provider.shutdown();
  expect(batches.reduce((sum, count) => sum + count, 0)).toBe(MOST_WAITING_SPANS);
  expect(lines.slice(1)).toEqual([['traces were lost', { lostSpans: MOST_WAITING_SPANS + 100 }]]);
});

test('stopping exports all queued spans, and ends at once', async () => {
  let count = 0;
  const { lines, provider, make } = rig(
    (spans, done) => {
      count += spans.length;
      setImmediate(done, { code: ExportResultCode.SUCCESS });
    },
    { flushLimitMs: 60_000 },
  );
  make(3000);
  await Promise.all([provider.shutdown(), provider.shutdown()]);
  expect(count).toBe(3000);
  expect(lines).toEqual([]);
});

test('stopping waits for each export, whichever failed before', async () => {
  let count = 0;
  const { lines, provider, make } = rig(
    (_, done) => {
      count += 1;
      if (count === 2) done({ code: ExportResultCode.FAILED, error: Object.assign(new Error(), { code: 500 }) });
      else setTimeout(done, 20, { code: ExportResultCode.SUCCESS });
    },
    { flushLimitMs: 60_000 },
  );
  make(3 * BATCH_SPANS);
  await provider.shutdown();
  expect(lines.at(-1)).toEqual(['traces were lost', { lostSpans: BATCH_SPANS }]);
});

test('an export without an answer is given up by our own timer, and the next is tried', async () => {
  let tries = 0;
  const { lines, provider, make } = rig(() => (tries += 1), { timeoutMs: 1 });
  make(BATCH_SPANS);
  await until('it is given up', () => lines.length === 1);
  make(BATCH_SPANS);
  await until('it is tried again', () => tries === 2);
  await provider.shutdown();
  expect(lines.at(-1)).toEqual(['traces were lost', { lostSpans: 2 * BATCH_SPANS }]);
});

test.each<readonly [string, number | string | undefined]>([
  ['ECONNREFUSED', 'ECONNREFUSED'],
  ['it answers 401', 401],
  ['no answer in time, or an answer that asks to come later', undefined],
])('the reason of a failed export is given by its code, not its words: %s', async (reason, code) => {
  const error = Object.assign(new Error('secret words'), code === undefined ? {} : { code });
  const { lines, provider, make } = rig((_, done) => {
    done({ code: ExportResultCode.FAILED, error });
  });
  make(1);
  await provider.shutdown();
  expect(lines[0]).toEqual([expect.any(String), expect.objectContaining({ reason })]);
  expect(lines[1]).toEqual(['traces were lost', { lostSpans: 1 }]);
});
