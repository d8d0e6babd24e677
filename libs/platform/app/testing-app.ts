/** One controller as a server, for specs of what the platform does with requests on a wire: over no stores, with tokens or without. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type Type } from '@nestjs/common';
import { silentLog } from '#application';
import type { Feed, Journal, Views } from '#ports';
import type { Role } from '../api/access/roles.js';
import type { PlatformLog } from '../operate/log.js';
import { readSettings, type Settings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';
import { wireTo, type Wire } from './testing-wire.js';

const NO_STORES = { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined };

export const noLog: PlatformLog = { ...silentLog, debug: () => undefined };

export interface Holder {
  readonly name: string;
  readonly token: string;
  readonly roles: readonly Role[];
}

export interface ServedOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Of tokens; access is open where absent. */
  readonly holders?: readonly Holder[];
  /** For what no variable sets. */
  readonly adjust?: (settings: Settings) => Settings;
  /** None where absent. */
  readonly log?: PlatformLog;
}

@Module({})
class SpecModule {}

export class Served {
  private folder = '';
  private running: App | undefined;
  private at = '';
  private readonly wires: Wire[] = [];

  constructor(
    private readonly controller: Type,
    private readonly options: ServedOptions,
  ) {}

  get app(): App {
    if (this.running === undefined) throw new Error('nothing is served yet: ask in hooks and tests');
    return this.running;
  }

  /** Where it listens: `http://127.0.0.1:<port>`. */
  get origin(): string {
    return this.at;
  }

  /** An app of the same controller and tokens that does not listen yet; the caller closes it. */
  another(environment: Readonly<Record<string, string>> = {}): Promise<App> {
    const { holders, adjust = (settings: Settings) => settings, log = noLog } = this.options;
    const tokens: Record<string, string> = holders === undefined ? {} : { HERMES_TOKENS_FILE: this.tokensFile() };
    return createApp({
      modules: [{ module: SpecModule, controllers: [this.controller] }],
      useCases: [],
      settings: adjust(readSettings({ HERMES_PORT: '0', ...tokens, ...this.options.environment, ...environment })),
      log,
      stores: NO_STORES,
    });
  }

  /** A connection on which the parts were sent; closed after the test. */
  open(...parts: readonly string[]): Wire {
    const wire = wireTo(this.origin, ...parts);
    this.wires.push(wire);
    return wire;
  }

  /** The value of a figure without labels, which may be a quarter of a second old. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.origin}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  }

  async start(): Promise<void> {
    const { holders } = this.options;
    if (holders !== undefined) {
      this.folder = await mkdtemp(join(tmpdir(), 'hermes-test-'));
      await writeFile(this.tokensFile(), JSON.stringify(holders.map(rowOf)));
    }
    this.running = await this.another();
    this.at = await this.running.listen();
  }

  closeWires(): void {
    for (const { socket } of this.wires.splice(0)) socket.destroy();
  }

  async end(): Promise<void> {
    await this.running?.close();
    if (this.folder !== '') await rm(this.folder, { recursive: true });
  }

  private tokensFile(): string {
    return join(this.folder, 'tokens.json');
  }
}

function rowOf({ name, token, roles }: Holder): object {
  return { name, sha256: createHash('sha256').update(token).digest('hex'), roles };
}

/** Declares the hooks: one app for all tests of the file. */
export function served(controller: Type, options: ServedOptions = {}): Served {
  const one = new Served(controller, options);
  beforeAll(() => one.start());
  afterEach(() => {
    one.closeWires();
  });
  afterAll(() => one.end());
  return one;
}
