/** Several writers at once, as services would be: each sends one event after another, and the same again until it is acknowledged. */

export interface Attempt {
  /** When it was sent, by performance.now(). */
  readonly sentMs: number;
  /** From sending to the whole answer, at the writer's clock. */
  readonly tookMs: number;
  /** 0 where the connection broke. */
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: string | null;
}

/** Between an answer and the next request. */
const REST_MS = 100;

export class Writers {
  readonly attempts: Attempt[] = [];
  /** Keys of the events that were acknowledged, each `<host>/<n>`. */
  readonly acknowledged: string[] = [];
  /** The greatest that an answer named. */
  position = 0n;
  private stopping = false;
  private readonly loops: readonly Promise<void>[];

  /** Begins at once; `type` is of the catalogue. */
  constructor(origin: string, type: string, count: number) {
    this.loops = Array.from({ length: count }, (_, nth) => this.loop(`${origin}/api/v1/events`, type, `writer-${nth}`));
  }

  /** What was sent after that moment and has been answered. */
  since(ms: number): readonly Attempt[] {
    return this.attempts.filter(({ sentMs }) => sentMs > ms);
  }

  /** Each has its last event acknowledged when it resolves. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  private async loop(url: string, type: string, host: string): Promise<void> {
    for (let n = 0; !this.stopping; n += 1) {
      const key = `${host}/${n}`;
      while (!(await this.send(url, { type, host, key }))) await rest();
      this.acknowledged.push(key);
      await rest();
    }
  }

  private async send(url: string, event: object): Promise<boolean> {
    const sentMs = performance.now();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    }).catch(() => undefined);
    const body = (await response?.json().catch(() => ({}))) as { code?: string; position?: string } | undefined;
    this.attempts.push({
      sentMs,
      tookMs: performance.now() - sentMs,
      status: response?.status ?? 0,
      code: body?.code ?? null,
      retryAfter: response?.headers.get('retry-after') ?? null,
    });
    const position = BigInt(body?.position ?? 0);
    if (position > this.position) this.position = position;
    return response?.ok === true;
  }
}

function rest(): Promise<void> {
  return new Promise((wake) => setTimeout(wake, REST_MS));
}
