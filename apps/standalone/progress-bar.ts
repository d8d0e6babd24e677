/** On a terminal: a bar while views are rebuilt, beside the lines of the log. */
import type { FoldingStatus, Operating } from '#application';

/** What the bar is drawn on: a terminal that takes control sequences. */
export interface Terminal {
  readonly columns: number;
  write(text: string): void;
}

const LOOK_EVERY_MS = 1000;
const BAR_CELLS = 24;
const CLEAR_LINE = '\x1b[2K';

/** Until `signal` aborts. Where the status cannot be asked, nothing is drawn. */
export async function showProgress(
  operating: Pick<Operating, 'status'>,
  terminal: Terminal,
  signal: AbortSignal,
  pause: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  let isDrawn = false;
  while (!signal.aborted) {
    const folding = await operating.status().then(
      (status) => status.folding,
      () => null,
    );
    // a line of the log that comes next begins where the bar does, and replaces it
    if (folding !== null) terminal.write(`${CLEAR_LINE}${barOf(folding).slice(0, terminal.columns - 1)}\r`);
    else if (isDrawn) terminal.write(CLEAR_LINE);
    isDrawn = folding !== null;
    await pause(LOOK_EVERY_MS, signal);
  }
  if (isDrawn) terminal.write(CLEAR_LINE);
}

/** One line, without its end. */
export function barOf({ phase, percent, entriesPerS, secondsLeft }: FoldingStatus): string {
  const done = percent ?? 0;
  const cells = Math.round((done / 100) * BAR_CELLS);
  const bar = '#'.repeat(cells).padEnd(BAR_CELLS, '.');
  const left = secondsLeft === null ? '' : `, ${timeOf(secondsLeft)} left`;
  return `Rebuilding the views: [${bar}] ${done} % (${phase}), ${entriesPerS} entries/s${left}`;
}

function timeOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
