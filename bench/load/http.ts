/** A client whose own cost is small: kept connections, no retries, bodies as text. */
import { Agent, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly position: string | null;
  readonly body: string;
}

export class Client {
  private readonly agent: Agent;

  constructor(
    private readonly origin: string,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Rejects where no answer comes. */
  call(method: 'GET' | 'POST', path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const content =
        body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      const asked = request(
        `${this.origin}${path}`,
        { agent: this.agent, method, headers: { ...content, ...headers } },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () => {
            const position = response.headers['hermes-position'];
            resolve({
              status: response.statusCode ?? 0,
              position: typeof position === 'string' ? position : null,
              body: text,
            });
          });
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** As {@link call}; throws an Error for an answer that is no success. */
  async must(method: 'GET' | 'POST', path: string, body?: string, headers?: Record<string, string>): Promise<Answer> {
    const answer = await this.call(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 500)}`);
    return answer;
  }

  close(): void {
    this.agent.destroy();
  }
}
