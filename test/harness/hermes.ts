/** Starts a whole Hermes from the build, as its users do, and stops or kills it. For `.e2e.spec.ts` files only. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Api } from './api.js';
import { until } from '../../libs/testing/until.js';
import { wiringOf } from './wirings.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** The entry of an app in a build, this one's where no other root is named. */
export function mainOf(app: string, root = ROOT): string {
  return resolve(root, `dist/apps/${app}/main.js`);
}

/** An ingest, two projectors, a query and a router, as one process to whom starts it. It listens once all are ready. */
const APART_MAIN = resolve(import.meta.dirname, '../../scripts/apart.mjs');
const START_LIMIT_MS = 60_000;
/** A start is mostly computing, which questions would slow down. */
const ASK_EVERY_MS = 25;
const STOP_LIMIT_MS = 20_000;
/** Each of several apps has that long. */
const APART_STOP_LIMIT_MS = 45_000;

export interface HermesOptions {
  /** Everything in one process where absent. */
  readonly app?: 'standalone' | 'ingest' | 'projector' | 'query';
  readonly dataDir: string;
  /** The root of another build. */
  readonly root?: string | undefined;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `live`: answers at all; `ready` (default): views are caught up. */
  readonly waitFor?: 'live' | 'ready';
}

/** One running process. `output` is all that it printed so far. */
export class Hermes {
  private known: Api | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly chunks: string[],
    private readonly exited: Promise<number | null>,
    private readonly apart: boolean,
  ) {}

  /** Starts on a free port over `dataDir`; rejects with what it printed if it ends or does not answer in time. */
  static async start(options: HermesOptions): Promise<Hermes> {
    const hermes = await Hermes.launch(options);
    await hermes.answers(options.waitFor ?? 'ready');
    return hermes;
  }

  /** The same without waiting for anything. */
  static async launch(options: HermesOptions): Promise<Hermes> {
    // the system gives the port as it is bound: one that was free a moment ago may be another process's by now
    const { apart, env } = options.app === undefined ? wiringOf(options.dataDir) : { apart: false, env: {} };
    const main = apart ? APART_MAIN : mainOf(options.app ?? 'standalone', options.root);
    const child = spawn(process.execPath, [main, ...(options.args ?? [])], {
      env: {
        ...cleanEnvironment(),
        // where nothing is embedded a data folder has no meaning, and says so
        ...(apart ? {} : { HERMES_DATA_DIR: options.dataDir, HERMES_PORT: '0' }),
        ...env,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const exited = new Promise<number | null>((done) =>
      child.once('exit', (code, signal) => {
        if (signal !== null) chunks.push(`(ended by ${signal})\n`);
        done(code);
      }),
    );
    return new Hermes(child, chunks, exited, apart);
  }

  /** Runs it to its end; for starts that must fail. */
  static async run(options: HermesOptions): Promise<{ readonly code: number | null; readonly output: string }> {
    const child = spawn(process.execPath, [mainOf(options.app ?? 'standalone'), ...(options.args ?? [])], {
      env: { ...cleanEnvironment(), HERMES_DATA_DIR: options.dataDir, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
    const code = await new Promise<number | null>((done) => child.once('close', done));
    clearTimeout(timer);
    return { code, output: chunks.join('') };
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** Memory that the process holds now, in MiB. */
  async residentMib(): Promise<number> {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(this.child.pid)]);
    return Number(stdout) / 1024;
  }

  /** Where it answers; only once it has said so. */
  get api(): Api {
    const api = this.listening();
    if (api === undefined) throw new Error(`Hermes does not listen yet:\n${this.output}`);
    return api;
  }

  /** Undefined until it has said where it listens. */
  listening(): Api | undefined {
    const [, origin] = /^Hermes listens on (\S+)/m.exec(this.output) ?? [];
    return (this.known ??= origin === undefined ? undefined : new Api(origin));
  }

  get output(): string {
    return this.chunks.join('');
  }

  /** Waits until it has printed `text`. */
  async printed(text: string): Promise<void> {
    await until(`"${text}" is printed`, () => this.output.includes(text), { seen: () => this.output });
  }

  /** By default SIGINT, as Ctrl-C does; answers the exit code. */
  async stop(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<number | null> {
    this.child.kill(signal);
    const limitMs = this.apart ? APART_STOP_LIMIT_MS : STOP_LIMIT_MS;
    const timer = setTimeout(() => this.child.kill('SIGKILL'), limitMs);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }

  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGSTOP: it keeps its connections and does nothing, until {@link resume}. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** kill -9, and waits until the process is gone. Separate apps are asked to end: they would outlive their parent. */
  async kill(): Promise<void> {
    if (this.apart) {
      await this.stop('SIGTERM');
      return;
    }
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Rejects with what it printed if it ends or does not answer in time. */
  async answers(what: 'live' | 'ready'): Promise<void> {
    let code: number | null | undefined;
    void this.exited.then((exit) => (code = exit));
    await until(
      `Hermes is ${what}`,
      async () => {
        if (code !== undefined) throw new Error(`Hermes ended with ${String(code)}:\n${this.output}`);
        const origin = this.listening()?.origin;
        const path = this.apart ? 'live' : what;
        const answer = origin && (await fetch(`${origin}/health/${path}`).catch(() => undefined));
        return answer !== undefined && answer !== '' && answer.ok;
      },
      { limitMs: START_LIMIT_MS, everyMs: ASK_EVERY_MS, seen: () => this.output },
    ).catch(async (error: unknown) => {
      await this.kill();
      throw error;
    });
  }
}

/** A folder of its own under the system's temporary one, and how to remove it. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'hermes-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The environment without settings that the machine may have for a Hermes of its own. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HERMES_')));
}
