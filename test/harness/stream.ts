/** Sends bodies as they are made, with any head: what the small client of {@link Api} does not do. */
import { request, type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Json } from './api.js';

export interface SentAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
}

export interface Sending {
  readonly request: ClientRequest;
  /** Rejects where the connection breaks first. */
  readonly answer: Promise<SentAnswer>;
}

/** `body`: the whole, or its parts; written as fast as the other side takes them. `path`: after the base path. */
export function send(
  origin: string,
  path: string,
  headers: Readonly<Record<string, string | readonly string[]>>,
  body: string | Iterable<string> | AsyncIterable<string>,
): Sending {
  const sent = request(`${origin}/api/v1${path}`, { method: 'POST', headers: headers as IncomingHttpHeaders });
  const answer = new Promise<SentAnswer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) as Json });
      });
    });
  });
  if (typeof body === 'string') sent.end(body);
  else Readable.from(body).pipe(sent);
  return { request: sent, answer };
}
