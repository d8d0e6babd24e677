/** Spans on their way to the collector: bounded in number and time, never blocking a caller. Spans that do not fit are lost. */
import type { Context } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { ReadableSpan, Span, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { errorCode } from '../../settings/error-code.js';
import type { Losses } from './losses.js';

/** Spans that wait or are being exported; more are lost. */
export const MOST_WAITING_SPANS = 4096;
/** Of one export. */
export const BATCH_SPANS = 512;
/** After a span has ended, until it is exported with the spans that came since. */
export const EXPORT_AFTER_MS = 1000;
/** Longest that a process which stops waits for its last spans. */
export const FLUSH_LIMIT_MS = 3000;
/** For our own timers, behind those of the exporter. */
const GRACE_MS = 500;

export interface OutboxOptions {
  readonly exporter: SpanExporter;
  /** The exporter's own limit for one export. */
  readonly timeoutMs: number;
  readonly losses: Losses;
  /** Of {@link Outbox.shutdown}; FLUSH_LIMIT_MS where absent. */
  readonly flushLimitMs?: number;
}

export class Outbox implements SpanProcessor {
  private readonly batches: BatchSpanProcessor;
  private waiting = 0;
  /** Gives up each export in flight. */
  private readonly inFlight = new Set<() => void>();
  private closing: Promise<void> | undefined;
  private idle: () => void = () => undefined;

  constructor(private readonly options: OutboxOptions) {
    this.batches = new BatchSpanProcessor({
      exporter: {
        export: (spans, done) => {
          this.export(spans, done);
        },
        shutdown: () => options.exporter.shutdown(),
      },
      maxQueueSize: MOST_WAITING_SPANS,
      maxExportBatchSize: BATCH_SPANS,
      scheduledDelayMillis: EXPORT_AFTER_MS,
      exportTimeoutMillis: options.timeoutMs + 2 * GRACE_MS,
    });
  }

  onStart(_span: Span, _parent: Context): void {
    // there is nothing to do before it ends
  }

  onEnd(span: ReadableSpan): void {
    if (this.closing !== undefined) this.options.losses.lose(1, 'the process stops');
    else if (this.waiting >= MOST_WAITING_SPANS) this.options.losses.lose(1, 'too many spans wait');
    else {
      this.waiting += 1;
      this.batches.onEnd(span);
    }
  }

  async forceFlush(): Promise<void> {
    await this.batches.forceFlush();
  }

  /** Resolves when all is exported, or the limit has passed. Never rejects. */
  shutdown(): Promise<void> {
    return (this.closing ??= this.flush());
  }

  private async flush(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.flushLimitMs ?? FLUSH_LIMIT_MS);
    });
    // the SDK rejects at the first export that fails; the others may still get through
    const done = this.batches
      .shutdown()
      .catch(() => undefined)
      .then(() => this.allExported());
    await Promise.race([done, late]);
    clearTimeout(timer);
    for (const giveUp of [...this.inFlight]) giveUp();
    this.options.losses.close();
  }

  private allExported(): Promise<void> {
    if (this.inFlight.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.idle = resolve));
  }

  private export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const { exporter, timeoutMs, losses } = this.options;
    const fail = (): void => {
      settle({ code: ExportResultCode.FAILED, error: new Error('no answer in time') });
    };
    const settle = (result: ExportResult): void => {
      if (!this.inFlight.delete(fail)) return;
      clearTimeout(timer);
      this.waiting -= spans.length;
      if (result.code === ExportResultCode.SUCCESS) losses.delivered();
      else losses.lose(spans.length, reasonOf(result.error));
      done(result);
      if (this.inFlight.size === 0) this.idle();
    };
    const timer = setTimeout(fail, timeoutMs + GRACE_MS);
    timer.unref();
    this.inFlight.add(fail);
    exporter.export(spans, settle);
  }
}

/** The code of a broken connection or of an answer; the words may be the collector's, and hold anything. */
function reasonOf(error: Error | undefined): string {
  const code = errorCode(error);
  if (/^\d{3}$/.test(code)) return `it answers ${code}`;
  return code === 'unknown' ? 'no answer in time, or an answer that asks to come later' : code;
}
