/** A server of a test or of `npm run servers`: one child process that can be awaited, killed, stopped for a while and started again. */
import { spawn, type ChildProcess } from 'node:child_process';

/** How a server is started; asked again for every start, so that a restart uses the same folder and port. */
export interface ServerCommand {
  /** For messages, e.g. `kafka`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Resolves true when the server answers; asked again until it does. May reject while the server is not there. */
  readonly answers: () => Promise<boolean>;
  /** Longest wait for the first answer, in milliseconds. */
  readonly readyMs: number;
  /** Longest wait after SIGTERM before SIGKILL, in milliseconds. */
  readonly stopMs: number;
}

const ASK_EVERY_MS = 50;
/** Most bytes of the server's own words that are kept for an error. */
const KEPT_BYTES = 8192;

export class ServerProcess {
  private child: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private output = '';

  constructor(private readonly how: ServerCommand) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Whether there is a process, paused or not. */
  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when the server answers. Throws an Error with the server's last words where it does not in time. */
  async start(): Promise<void> {
    await this.exited;
    const { name, command, args, env, cwd, answers, readyMs } = this.how;
    this.output = '';
    const child = spawn(command, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.child = child;
    let failure: Error | undefined;
    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        resolve();
      });
      child.once('error', (error) => {
        failure = error;
        resolve();
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEPT_BYTES);
      });
    }
    const limitMs = performance.now() + readyMs;
    while (performance.now() < limitMs) {
      if (failure !== undefined) throw new Error(`${name} cannot be started: ${failure.message}`);
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`${name} ended while starting: ${this.output.trim()}`);
      }
      if (await answers().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    await this.kill();
    throw new Error(`${name} does not answer after ${readyMs} ms: ${this.output.trim()}`);
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /** SIGTERM, after the limit SIGKILL; resolves when the process is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    // a process that is paused hears nothing
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), this.how.stopMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** SIGSTOP: it keeps its connections and does nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.child?.kill('SIGCONT');
  }
}
