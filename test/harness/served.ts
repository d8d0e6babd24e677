/** Feature modules served in this process, through the whole platform, over fakes of their use cases. For specs of apps. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FactoryProvider, Type } from '@nestjs/common';
import { createApp, createLog, readSettings, ROLES, type App, type Role } from '#platform';
import type { Feed, Journal, Views } from '#ports';
import { temporaryFolder } from './hermes.js';

export interface ServedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export interface Served {
  /** `role`: with the token of that role, named `agent-<role>`. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    role?: Role,
  ): Promise<ServedAnswer>;
  /** Sends a body of any type; posts it where nothing else is said. */
  send(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | Buffer,
    method?: 'POST' | 'PUT',
  ): Promise<ServedAnswer>;
  close(): Promise<void>;
}

export interface ServedOptions {
  readonly modules: readonly Type[];
  /** Fakes by their tokens. */
  readonly useCases: readonly (readonly [token: symbol, fake: object])[];
  /** Whether tokens are on, one per role. */
  readonly tokens?: boolean;
}

/** The trace that a request makes which was sent with none. */
export const newTrace = expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/) as string;

/** The caller of a request without a token. */
export const localCaller = {
  principal: null,
  holder: 'address 127.0.0.1',
  mayReportRestricted: true,
  trace: newTrace,
};

/** Use cases of which each notes in `calls` what it is asked, and answers what `outcome` does. */
export function fakeOf(calls: (readonly unknown[])[], outcome: () => unknown): object {
  return new Proxy(
    {},
    {
      get: (_, name) => {
        // Nest looks whether a provider waits for something or hears of starting and stopping.
        if (typeof name === 'symbol' || name === 'then' || /^(on|before)[A-Z]/.test(name)) return undefined;
        return async (...args: readonly unknown[]) => {
          calls.push([name, ...args]);
          return outcome();
        };
      },
    },
  );
}

export async function serve({ modules, useCases, tokens = false }: ServedOptions): Promise<Served> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'tokens.json');
  const list = ROLES.map((role) => ({ name: `agent-${role}`, sha256: sha256(secret(role)), roles: [role] }));
  await writeFile(file, JSON.stringify(list));
  const app = await createApp({
    modules,
    useCases: provided(useCases),
    settings: readSettings(tokens ? { HERMES_TOKENS_FILE: file } : {}),
    // Nothing here may be a defect: it would be on the screen.
    log: createLog('error', process.stderr),
    stores: noStores,
  });
  await app.nest.init();
  await app.nest.getHttpAdapter().getInstance().ready();
  return {
    async call(method, path, body, role) {
      const response = await app.nest.inject({
        method,
        url: `/api/v1${path}`,
        headers: {
          host: '127.0.0.1:4400',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(role === undefined ? {} : { authorization: `Bearer ${secret(role)}` }),
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) as unknown };
    },
    async send(path, headers, body, method = 'POST') {
      const response = await app.nest.inject({
        method,
        url: `/api/v1${path}`,
        headers: { host: '127.0.0.1:4400', ...headers },
        payload: body,
      });
      return { status: response.statusCode, headers: response.headers, body: JSON.parse(response.body) as unknown };
    },
    async close() {
      await app.close();
      await folder.remove();
    },
  };
}

export interface OverFake extends Omit<Served, 'close'> {
  /** Name and arguments of each call of a use case in this test. */
  readonly calls: (readonly unknown[])[];
  /** What the use cases answer from now on. */
  answer(outcome: unknown): void;
}

/** Declares the hooks of a spec: the module is served over a fake of the use cases behind `token`, without tokens, and once more with tokens for calls that name a role. */
export function overFake(module: Type, token: symbol): OverFake {
  const calls: (readonly unknown[])[] = [];
  let outcome: unknown;
  let open: Served;
  let guarded: Served;
  beforeAll(async () => {
    const options = { modules: [module], useCases: [[token, fakeOf(calls, () => outcome)]] as const };
    open = await serve(options);
    guarded = await serve({ ...options, tokens: true });
  });
  afterAll(async () => {
    await open.close();
    await guarded.close();
  });
  beforeEach(() => {
    calls.length = 0;
  });
  return {
    calls,
    answer: (value) => (outcome = value),
    call: (method, path, body, role) => (role === undefined ? open : guarded).call(method, path, body, role),
    send: (...sent) => open.send(...sent),
  };
}

/** A line of the log, as JSON. */
export interface LoggedLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Listening {
  /** As `fetch`, of a path below `/api/v1`. */
  ask(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Response>;
  /** Where it listens: `http://127.0.0.1:<port>/api/v1`. */
  base(): string;
  /** Name and arguments of each call of a use case in this test. */
  readonly calls: (readonly unknown[])[];
  /** The log's lines of this test. */
  readonly logged: LoggedLine[];
  /** What is asked for an answer to each call from now on. */
  answer(outcome: () => unknown): void;
}

/** Declares the hooks of a spec, as `overFake` does, for what only a connection shows: the module listens, and its log is kept. */
export function listenOverFake(module: Type, token: symbol): Listening {
  const calls: (readonly unknown[])[] = [];
  const logged: LoggedLine[] = [];
  let outcome: () => unknown;
  let app: App;
  let base: string;
  beforeAll(async () => {
    app = await createApp({
      modules: [module],
      useCases: provided([[token, fakeOf(calls, () => outcome())]]),
      settings: readSettings({ HERMES_PORT: '0' }),
      log: createLog('debug', { write: (line) => void logged.push(JSON.parse(line) as LoggedLine) }),
      stores: noStores,
    });
    base = `${await app.listen()}/api/v1`;
  });
  afterAll(() => app.close());
  beforeEach(() => {
    calls.length = 0;
    logged.length = 0;
  });
  return {
    ask: (path, headers = {}, method = 'GET') => fetch(`${base}${path}`, { method, headers }),
    base: () => base,
    calls,
    logged,
    answer: (from) => (outcome = from),
  };
}

const noStores = { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined };

function provided(useCases: ServedOptions['useCases']): FactoryProvider[] {
  return useCases.map(([provide, fake]) => ({ provide, useFactory: () => fake }));
}

function secret(role: Role): string {
  return `secret-of-${role}-0123456789`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
