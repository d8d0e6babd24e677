// Runs another program for a script: same terminal, signals handed on, its end returned as an exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Resolves with the exit code, 128 + n for signal n. `started` gets the child, to listen to or to collect from. */
export async function run(command, args, options = {}, started = () => {}) {
  const { code, signal } = await runToEnd(command, args, options, started);
  exitLike(signal);
  return code;
}

/** As `run`, for scripts that have something to end themselves: resolves also when stopped, with the `signal` that did it. */
export function runToEnd(command, args, options = {}, started = () => {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  let stopping;
  const handOn = (signal) => {
    stopping = signal;
    child.kill(signal);
  };
  for (const signal of STOPPING) process.on(signal, handOn);
  started(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const each of STOPPING) process.off(each, handOn);
      resolve({ code: code ?? 128 + constants.signals[signal], signal: stopping });
    });
  });
}

/** A signal to us means the whole script, not only its present step. */
export function exitLike(signal) {
  if (signal !== undefined) process.exit(128 + constants.signals[signal]);
}
