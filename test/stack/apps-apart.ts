/** The three apps over remote stores, each a process of its own, asked as clients and balancers ask them. */
import { freePort } from '#testing';
import { Hermes } from '../harness/hermes.js';

export const APPS = ['ingest', 'projector', 'query'] as const;
export type App = (typeof APPS)[number];

export interface Asked {
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: string | null;
  readonly headers: Headers;
  readonly tookMs: number;
}

export interface Health {
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

export class AppsApart {
  private readonly apps = new Map<App, { readonly port: number; readonly hermes: Hermes }>();

  /** `env`: their settings, but for the port. */
  constructor(private readonly env: Readonly<Record<string, string>>) {}

  /** Starts it, on the port that it had before; resolves before it answers. */
  async launch(app: App): Promise<void> {
    const port = this.apps.get(app)?.port ?? (await freePort());
    const env = { ...this.env, HERMES_PORT: String(port), HERMES_DATA_DIR: '' };
    this.apps.set(app, { port, hermes: await Hermes.launch({ app, dataDir: '', env }) });
  }

  process(app: App): Hermes {
    const found = this.apps.get(app);
    if (found === undefined) throw new Error(`${app} was not launched`);
    return found.hermes;
  }

  originOf(app: App): string {
    return `http://127.0.0.1:${this.apps.get(app)?.port}`;
  }

  /** Posts where there is a body. */
  async ask(app: App, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Asked> {
    const begunMs = performance.now();
    const posted = { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${this.originOf(app)}/api/v1${path}`, {
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : posted),
    });
    const { code = null } = (await answer.json()) as { code?: string };
    return {
      ...{ status: answer.status, code, headers: answer.headers, retryAfter: answer.headers.get('retry-after') },
      tookMs: performance.now() - begunMs,
    };
  }

  async health(app: App): Promise<Health> {
    const answer = await fetch(`${this.originOf(app)}/health/ready`);
    return (await answer.json()) as Health;
  }

  /** Each app's first reason, or `ready`; all are live. */
  async readiness(): Promise<Record<App, string>> {
    const entries = APPS.map(async (app) => {
      const live = await fetch(`${this.originOf(app)}/health/live`).catch(() => undefined);
      const ready = await this.health(app).catch(() => undefined);
      if (live?.status !== 200 || ready === undefined) return [app, 'not live'] as const;
      return [app, ready.reasons[0] ?? 'ready'] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<App, string>;
  }

  async kill(): Promise<void> {
    await Promise.all([...this.apps.values()].map(({ hermes }) => hermes.kill()));
  }
}
