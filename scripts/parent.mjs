// Ends a script with the npm that runs it. npm hands SIGINT and SIGTERM on to its shell, which `exec` in package.json replaces
// by the script. Where a shell stays in between and does not hand them on, or npm is killed, the script would live on as an
// orphan that holds its port and its data folder.
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * The time that an orphan lives on at most before it begins to stop. Shorter than the time in which a second signal is taken
 * for an echo of the first: a key press may have ended npm, and reached this process as well.
 */
const LOOK_MS = 200;
/** Shells between npm and the script, at most. */
const MAX_SHELLS = 8;

/**
 * Sends this process SIGTERM once npm, or a shell between them, has ended: it then stops as it does for an operator.
 * Without npm nothing happens: who starts a script directly may leave it alone on purpose.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const ancestors = untilNpm();
  const look = setInterval(() => {
    if (ancestors.every((pid, index) => index === 0 || parentOf(ancestors[index - 1]) === pid)) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  look.unref();
}

/** This process, the shells above it, and npm. A shell outlives its npm, but has another parent then. */
function untilNpm() {
  const pids = [process.pid, process.ppid];
  while (pids.length <= MAX_SHELLS && isShell(pids.at(-1))) pids.push(parentOf(pids.at(-1)));
  return pids;
}

function parentOf(pid) {
  if (pid === process.pid) return process.ppid;
  return fromProc(() => Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]));
}

/** Never where the system has no /proc: there the parent alone is watched, since its shells replace themselves by their last command. */
function isShell(pid) {
  return /\/(?:[a-z]*sh|busybox)$/.test(fromProc(() => readlinkSync(`/proc/${pid}/exe`)) ?? '');
}

function fromProc(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
