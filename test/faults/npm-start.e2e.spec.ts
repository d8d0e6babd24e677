/** `npm start` as people and supervisors end it: whichever process between them and Hermes is ended, and however, none is left behind. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { DataFolderUnusable, lockDataFolder } from '#adapters/data-lock';
import { freePort } from '../../libs/testing/free-port.js';
import { until } from '../../libs/testing/until.js';
import { temporaryFolder } from '../harness/hermes.js';

const root = resolve(import.meta.dirname, '../..');
const START_MS = 60_000;
/** What an operator is promised: requests in flight have ten seconds, and there are none here. */
const DRAIN_MS = 10_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let npm: ChildProcess;
let started: readonly Process[] = [];
let port: number;
let output = '';

const dataDir = (): string => join(folder.path, 'data');

/** Those below `pid`, nearest first: npm's shells, then the script. */
function descendants(pid: number): readonly Process[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, own, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return own === undefined ? [] : [{ pid: Number(own), parent: Number(parent), command }];
    });
  const below = (parent: number): readonly Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function isFree(): Promise<boolean> {
  const probe = createServer();
  return new Promise((answer) => {
    probe.once('error', () => {
      answer(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        answer(true);
      });
    });
  });
}

/** Starts it through the system's shell, or through one that stays between npm and the script and hands no signal on. */
async function start(shellBetween: boolean): Promise<void> {
  const shell = join(folder.path, 'shell');
  writeFileSync(shell, '#!/bin/sh\n/bin/sh "$@"\nexit $?\n');
  chmodSync(shell, 0o755);
  port = await freePort();
  output = '';
  npm = spawn('npm', ['start'], {
    cwd: root,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:HERMES|npm)_/.test(name))),
      ...(shellBetween ? { npm_config_script_shell: shell } : {}),
      HERMES_DATA_DIR: dataDir(),
      HERMES_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [npm.stdout, npm.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  await until('it listens', () => output.includes('Hermes listens on'), { limitMs: START_MS, seen: () => output });
  started = descendants(npm.pid ?? 0);
}

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  for (const { pid } of [{ pid: npm.pid ?? 0 }, ...started]) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await folder.remove();
});

const npmItself = (): number | undefined => npm.pid;
const childOfNpm = (): number | undefined => started.find(({ parent }) => parent === npm.pid)?.pid;
const script = (): number | undefined =>
  started.find(({ command }) => /^\S*node\S* scripts\/start\.mjs/.test(command))?.pid;

interface Case {
  readonly name: string;
  readonly victim: () => number | undefined;
  readonly shellBetween: boolean;
  readonly signals: readonly NodeJS.Signals[];
}

// a shell that waits for its command takes no notice of SIGINT: it and all others live on, and nothing is orphaned
const cases: readonly Case[] = [
  { name: 'npm', victim: npmItself, shellBetween: false, signals: ['SIGTERM', 'SIGINT', 'SIGKILL'] },
  { name: 'the script', victim: script, shellBetween: false, signals: ['SIGTERM', 'SIGINT', 'SIGKILL'] },
  { name: 'npm with a shell below it', victim: npmItself, shellBetween: true, signals: ['SIGTERM', 'SIGKILL'] },
  { name: 'the shell below npm', victim: childOfNpm, shellBetween: true, signals: ['SIGTERM', 'SIGKILL'] },
];

test.each(cases.flatMap(({ signals, ...one }) => signals.map((signal) => ({ ...one, signal }))))(
  'where $name gets $signal, port and data folder are free within the time that draining takes',
  async ({ signal, victim, shellBetween }) => {
    await start(shellBetween);
    const pid = victim();
    expect(pid).toBeDefined();
    expect(() => lockDataFolder(dataDir())).toThrow(DataFolderUnusable);
    process.kill(pid ?? 0, signal);
    await until('the port is free', isFree, { limitMs: DRAIN_MS });
    await until('no process is left', () => started.every((each) => !isAlive(each.pid)), { limitMs: DRAIN_MS });
    // as the next Hermes would
    lockDataFolder(dataDir()).release();
  },
  2 * START_MS,
);
