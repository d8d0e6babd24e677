/** Reads as dashboards do, one after the other, until it is stopped. */

const REST_MS = 500;
const PATHS = ['/labors?state=open&limit=5', '/hosts?limit=5', '/stats', '/events?limit=5', '/quests', '/fates'];

export interface ReadAttempt {
  readonly path: string;
  /** 0 where the connection broke. */
  readonly status: number;
  readonly code: string | null;
}

export class Readers {
  readonly attempts: ReadAttempt[] = [];
  private stopping = false;
  private readonly loop: Promise<void>;

  /** Begins at once. */
  constructor(origin: string) {
    this.loop = this.read(`${origin}/api/v1`);
  }

  /** The reads that were not answered 200. */
  failures(): readonly ReadAttempt[] {
    return this.attempts.filter(({ status }) => status !== 200);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.loop;
  }

  private async read(api: string): Promise<void> {
    for (let nth = 0; !this.stopping; nth += 1) {
      const path = PATHS[nth % PATHS.length] ?? '';
      const answer = await fetch(`${api}${path}`).catch(() => undefined);
      const { code = null } = ((await answer?.json().catch(() => undefined)) ?? {}) as { code?: string };
      this.attempts.push({ path, status: answer?.status ?? 0, code });
      await new Promise((wake) => setTimeout(wake, REST_MS));
    }
  }
}
