// Runs another program for a script: same terminal, signals handed on, its end told as an exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Resolves with the exit code, 128 + n for signal n. `started` gets the child, to listen to or to collect from. */
export function run(command, args, options = {}, started = () => {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  let stopping;
  const handOn = (signal) => {
    stopping = signal;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  started(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const each of signals) process.off(each, handOn);
      // whoever stopped us wants the whole script to end, not its next step to begin
      if (stopping) process.exit(128 + constants.signals[stopping]);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
