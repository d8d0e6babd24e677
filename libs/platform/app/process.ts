/** A process from its start to its end: signals, exit codes, and one line for each start that cannot be. */
import { constants } from 'node:os';
import { StartRefused } from '#application';
import { StoreUnavailable } from '#ports';
import { StartError } from '../settings/start-error.js';

/** A second signal this soon is the same key press: a terminal sends it to npm as well, which hands it on. */
const ECHO_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface Running {
  /** Drains and ends. */
  close(): Promise<void>;
}

/**
 * Runs what `start` starts until SIGINT or SIGTERM, then closes it and exits 0; a second signal exits at once. Where `start`
 * answers null there is nothing to run, and the process ends by itself. A start that waits for something hears of the
 * signal, and throws its reason: that is an end as any other.
 * A {@link StartError} or StartRefused is printed on standard error without a stack; every failing start exits 1.
 */
export async function runProcess(start: (stopping: AbortSignal) => Promise<Running | null>): Promise<void> {
  const stopping = new AbortController();
  const stopped = firstSignal().then(() => {
    stopping.abort();
  });
  try {
    const running = await start(stopping.signal);
    if (running === null) return;
    await stopped;
    await running.close();
  } catch (error) {
    if (stopping.signal.aborted && error === stopping.signal.reason) process.exit(0);
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
  process.exit(0);
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (first === undefined) {
          first = performance.now();
          resolve();
        } else if (performance.now() - first > ECHO_MS) process.exit(128 + constants.signals[signal]);
      });
    }
  });
}

function explain(error: unknown): string {
  if (error instanceof StartError || error instanceof StartRefused) return error.message;
  // its supervisor will start it again
  if (error instanceof StoreUnavailable) return `${error.message}; start Hermes again`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
