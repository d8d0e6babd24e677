/** The common beginning of every app's `main`: flags, help, settings, log, stores. */
import { logToStandardError, type PlatformLog, type StandardErrorLog } from '../operate/log.js';
import { readSettings, type Settings } from '../settings/settings.js';
import { openStores, type Stores } from '../stores/stores.js';
import { helpText, parseFlags, type Flags, type Help } from './flags.js';
import { runProcess, type Running } from './process.js';
import { WaitingRoom } from './waiting-room.js';

/** With what an app starts. */
export interface Starting<F extends string> {
  readonly flags: Flags<F>;
  readonly settings: Settings;
  readonly log: PlatformLog;
  /** Closed with the app, and where the start fails. */
  readonly stores: Stores;
  /** To whom started it. */
  readonly print: (line: string) => void;
}

export interface Main<F extends string> extends Help<F> {
  /** A combination that settings and flags exclude is a StartError, before anything is opened. */
  readonly check?: (flags: Flags<F>, settings: Settings) => void;
  /** Whether this process rebuilds its views. */
  readonly rebuildViews?: (flags: Flags<F>) => boolean;
  readonly start: (starting: Starting<F>) => Promise<Running>;
}

/** Runs until a signal ends it; see {@link runProcess} for exit codes. */
export async function runApp<F extends string>(main: Main<F>): Promise<void> {
  await runProcess(async (stopping) => {
    const flags = parseFlags(main.flags, process.argv.slice(2));
    if (flags.help) {
      print(helpText(main));
      return null;
    }
    const settings = readSettings(process.env, main.app);
    main.check?.(flags, settings);
    const log = logToStandardError(settings.logLevel);
    const rebuildViews = main.rebuildViews?.(flags) ?? false;
    try {
      const stores = await openPatiently(settings, { log, rebuildViews, signal: stopping });
      return endingWith(log, await main.start({ flags, settings, log, stores, print }));
    } catch (error) {
      await endLog(log);
      throw error;
    }
  });
}

/** Its last lines are about how it ended. */
function endingWith(log: StandardErrorLog, running: Running): Running {
  return {
    reload: () => {
      running.reload();
    },
    close: async () => {
      try {
        await running.close();
      } finally {
        await endLog(log);
      }
    },
  };
}

/** A thread that writes to a reader who takes nothing cannot be ended, and an exit would wait for it: the system ends it. */
async function endLog(log: StandardErrorLog): Promise<void> {
  if (!(await log.end())) process.kill(process.pid, 'SIGKILL');
}

/** Health is answered while a store is waited for. */
async function openPatiently(
  settings: Settings,
  options: { readonly log: PlatformLog; readonly rebuildViews: boolean; readonly signal: AbortSignal },
): Promise<Stores> {
  const room = new WaitingRoom(settings);
  try {
    return await openStores(settings, { ...options, away: (reason) => room.report(reason) });
  } finally {
    await room.close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
