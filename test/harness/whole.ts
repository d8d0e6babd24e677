/** One Hermes from the build for the tests of a spec, over a folder of its own, with a small catalogue. For `.e2e.spec.ts` files only. */
import { join } from 'node:path';
import type { Api } from './api.js';
import { Hermes, temporaryFolder, type HermesOptions } from './hermes.js';

export interface Catalogue {
  readonly types: readonly object[];
  readonly fates: readonly object[];
}

export const DISKS: Catalogue = {
  types: [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ],
  fates: [{ creates: 'disk-full', completedBy: 'disk-cleaned' }],
};

export const RESTARTS: Catalogue = {
  types: [
    { category: 'system-restart', state: 'required' },
    { category: 'system-restart', state: 'completed' },
  ],
  fates: [{ creates: 'system-restart-required', completedBy: 'system-restart-completed' }],
};

export interface WholeOptions extends Partial<Catalogue> {
  readonly env?: HermesOptions['env'];
  /** Whether each test gets a new one, over an empty folder. False where absent: one for all tests of the file. */
  readonly each?: boolean;
}

export class Whole {
  private folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  private running: Hermes | undefined;

  constructor(private readonly options: WholeOptions) {}

  /** The process that runs now. */
  get process(): Hermes {
    if (this.running === undefined) throw new Error('Hermes has not been started: use it in hooks and tests');
    return this.running;
  }

  get api(): Api {
    return this.process.api;
  }

  /** A path in the folder of its data. */
  path(...names: readonly string[]): string {
    return join(this.folder?.path ?? '', ...names);
  }

  async start(): Promise<void> {
    this.folder = await temporaryFolder();
    await this.launch();
    await this.api.must('/event-types', this.options.types ?? DISKS.types);
    await this.api.must('/fates', this.options.fates ?? DISKS.fates);
  }

  /** kill -9, then `between`, then another one over the same data. */
  async killAndRestart(between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.process.kill();
    await between();
    await this.launch();
  }

  async end(): Promise<void> {
    await this.running?.kill();
    await this.folder?.remove();
  }

  private async launch(): Promise<void> {
    const { env } = this.options;
    this.running = await Hermes.start({ dataDir: this.path(), ...(env !== undefined && { env }) });
  }
}

/** Declares the hooks that start it and end it. Hooks that fill it with data are declared after this call. */
export function wholeHermes(options: WholeOptions = {}): Whole {
  const whole = new Whole(options);
  const start = () => whole.start();
  const end = () => whole.end();
  if (options.each === true) {
    beforeEach(start, START_MS);
    afterEach(end);
  } else {
    beforeAll(start, START_MS);
    afterAll(end);
  }
  return whole;
}

const START_MS = 60_000;
