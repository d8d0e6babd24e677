/** A small client of the HTTP API for end-to-end tests: remembers the greatest position written and reads from there on. */

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Answers as tests look into them: any field may be asked for, and its value is checked by comparing. */
export type Json = { readonly [name: string]: Json } & {
  toString(): string;
  [Symbol.iterator](): IterableIterator<Json>;
};

export class Api {
  private seen = 0n;

  constructor(readonly origin: string) {}

  /** The greatest position that a write answered. */
  get position(): bigint {
    return this.seen;
  }

  /** From now on reads wait for this position, too: what a client of a process before has written. */
  waitFor(position: bigint): void {
    if (position > this.seen) this.seen = position;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Json>> {
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const position = response.headers.get('hermes-position');
    if (method !== 'GET' && response.ok && position !== null) this.waitFor(BigInt(position));
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? null : JSON.parse(text)) as Json,
    };
  }

  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<Json>> {
    return this.call('POST', path, body, headers);
  }

  patch(path: string, body: unknown): Promise<Answer<Json>> {
    return this.call('PATCH', path, body);
  }

  /** Reads once the views have what this client wrote; `wait` in seconds. */
  get(path: string, wait = 20): Promise<Answer<Json>> {
    return this.call('GET', path, undefined, {
      'hermes-min-position': String(this.seen),
      'hermes-wait': String(wait),
    });
  }

  /** Posts what must succeed and answers the body. */
  async must(path: string, body: unknown): Promise<Json> {
    const answer = await this.post(path, body);
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** How many items a list has; `path` may have a filter. */
  async total(path: string): Promise<number> {
    return Number((await this.read(`${path}${path.includes('?') ? '&' : '?'}limit=1&count=true`))['total']);
  }

  /** Reads what must be there and answers the body. */
  async read(path: string): Promise<Json> {
    const answer = await this.get(path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
