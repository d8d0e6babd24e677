/** What can be wrong with the head of any request, whatever its route. */
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problems/problem-error.js';

/** Of several, Node keeps the first, which need not be the one that somebody before us took (RFC 9112, 3.2). */
export function faultOfHosts({ raw }: FastifyRequest): ProblemError | undefined {
  const hosts = hostsOf(raw);
  if (hosts === 1 || (hosts === 0 && raw.httpVersion !== '1.1')) return undefined;
  return new ProblemError({ code: 'malformed', detail: `the request has ${hosts} Host headers: send exactly one` });
}

/** Why a head that was let in cannot be read on. */
export function faultOfHead(request: FastifyRequest): ProblemError | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    return new ProblemError({ code: 'unsupported-media-type', detail: 'a body must be UTF-8' });
  }
  const query = request.url.indexOf('?');
  if (query >= 0 && !isPercentEncoding(request.url.slice(query + 1))) {
    return new ProblemError({ code: 'malformed', detail: 'the query has a broken percent encoding' });
  }
  return undefined;
}

function hostsOf({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

function isPercentEncoding(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
