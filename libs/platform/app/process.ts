/** A process from its start to its end: signals, exit codes, and one line for each start that cannot be. */
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { StartRefused } from '#application';
import { StoreUnavailable } from '#ports';
import { StartError } from '../settings/start-error.js';

/** A second signal this soon is the same key press: a terminal sends it to npm as well, which hands it on. */
const ECHO_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** No rights for group and others: files hold what hosts report. */
const UMASK = 0o077;

export interface Running {
  /** Drains and ends. */
  close(): Promise<void>;
  /** Reads the files again that may change while it runs. Does not throw. */
  reload(): void;
}

/**
 * Runs what `start` starts until SIGINT or SIGTERM, then closes it and exits 0; a second signal exits at once. Where `start`
 * answers null there is nothing to run, and the process ends by itself. A start that waits for something hears of the
 * signal, and throws its reason: that is an end as any other. SIGHUP reads files again, except in a terminal, where it says
 * that the terminal has gone, and is one more way to ask for the end.
 * A {@link StartError} or StartRefused is printed on standard error without a stack; every failing start exits 1.
 */
export async function runProcess(start: (stopping: AbortSignal) => Promise<Running | null>): Promise<void> {
  keepFilesPrivate();
  const stopping = new AbortController();
  let running: Running | null = null;
  const stopped = firstSignal(() => running?.reload()).then(() => {
    stopping.abort();
  });
  try {
    running = await start(stopping.signal);
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

/** Files and folders that this process makes from now on can be read by its own user only. */
export function keepFilesPrivate(): void {
  process.umask(UMASK);
}

function firstSignal(reload: () => void): Promise<void> {
  const ending: readonly NodeJS.Signals[] = isatty(0) ? [...SIGNALS, 'SIGHUP'] : SIGNALS;
  if (!ending.includes('SIGHUP')) process.on('SIGHUP', reload);
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of ending) {
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
