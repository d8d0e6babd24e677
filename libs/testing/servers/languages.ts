/** The languages that specs of the lane need beside Node. The lane skips such a spec by name, with the reason, where the language is missing. */
import { spawnSync } from 'node:child_process';

type Version = readonly [major: number, minor: number];

/** That of the MongoDB double, and of the generator of Python clients. */
const LEAST_PYTHON: Version = [3, 10];
/** That of the generator of Go clients. */
const LEAST_GO: Version = [1, 25];

/** What of Python is missing on this machine; null where nothing is. */
export function pythonMissing(): string | null {
  const printed = printedBy('python3', ['-c', 'import sys, venv, ensurepip; print(*sys.version_info[:2], sep=".")']);
  return isAtLeast(printed, LEAST_PYTHON) ? null : `python3, ${LEAST_PYTHON.join('.')} or newer, with venv and pip`;
}

/** What of Go is missing on this machine; null where nothing is. */
export function goMissing(): string | null {
  const printed = printedBy('go', ['env', 'GOVERSION'])?.replace(/^go/, '');
  return isAtLeast(printed, LEAST_GO) ? null : `go, ${LEAST_GO.join('.')} or newer`;
}

/** For specs that need Python: throws an Error where it is missing. */
export function requirePython(): void {
  require(pythonMissing());
}

/** For specs that need Go: throws an Error where it is missing. */
export function requireGo(): void {
  require(goMissing());
}

function require(missing: string | null): void {
  if (missing !== null) throw new Error(`this spec needs ${missing}`);
}

function printedBy(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, [...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function isAtLeast(printed: string | undefined, [least, minor]: Version): boolean {
  const [major = 0, second = 0] = (printed ?? '').split('.').map(Number);
  return major > least || (major === least && second >= minor);
}
