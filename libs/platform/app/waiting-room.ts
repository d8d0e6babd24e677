/**
 * Answers at the app's address while the app waits for its stores: live, not ready, and 503 for all else. It begins when
 * there is something to wait for, and makes room for the app itself.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { writeProblem, type ProblemAnswer } from '../http/problems/write.js';
import type { Settings } from '../settings/settings.js';
import { listenAt } from './listen.js';

const RETRY_AFTER_S = 1;
/** A client that sends more slowly, or more, is cut off: only health is served here. */
const LIMITS = { headersTimeout: 5000, requestTimeout: 10_000, maxHeaderSize: 16_384 };

export class WaitingRoom {
  private server: Server | undefined;
  private reason = '';

  constructor(private readonly address: Pick<Settings, 'host' | 'port'>) {}

  /** Answers with this reason from now on. Throws a StartError where the address is not available. */
  async report(reason: string): Promise<void> {
    this.reason = reason;
    if (this.server !== undefined) return;
    const server = createServer(LIMITS, (request, response) => {
      // bodies are not looked at
      request.resume();
      send(response, this.answerTo((request.url ?? '').split('?')[0] ?? ''));
    });
    await listenAt(server, this.address);
    this.server = server;
  }

  /** Frees the address. */
  async close(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private answerTo(path: string): ProblemAnswer {
    if (path === '/health/live') return plain(200, { status: 'live' });
    if (path === '/health/ready') return plain(503, { status: 'not-ready', reasons: [this.reason], warnings: [] });
    return writeProblem({
      code: 'store-unavailable',
      detail: `Hermes is starting: ${this.reason}`,
      retryAfterS: RETRY_AFTER_S,
    });
  }
}

function plain(status: number, body: object): ProblemAnswer {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {}),
  };
  return { status, headers, body: JSON.stringify(body) };
}

function send(response: ServerResponse, { status, headers, body }: ProblemAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
