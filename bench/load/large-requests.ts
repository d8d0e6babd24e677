/** The largest requests that Hermes takes, made as they are sent: what one process must be able to hold, and who sends it must not. */
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { hostName, lifeOf, nameOf } from './flows.js';

/** Lines that are made at once. */
const LINES = 500;

/** `events` events as NDJSON, of `hosts` hosts in turn, the first of which is `firstHost`: each lives its life, step by step. */
export function* lines(events: number, hosts: number, firstHost = 0): Generator<string> {
  for (let from = 0; from < events; from += LINES) {
    const length = Math.min(LINES, events - from);
    const some = Array.from({ length }, (_, nth) =>
      lineOf(firstHost + ((from + nth) % hosts), Math.floor((from + nth) / hosts)),
    );
    yield some.join('');
  }
}

function lineOf(host: number, step: number): string {
  const type = nameOf(lifeOf(host, step));
  return `${JSON.stringify({ host: hostName(host), type, key: `${type}/${step}`, by: 'agent' })}\n`;
}

/** An array of `events` events of `bytes` each, which a note fills. `nth`: no two arrays have a key in common. */
export function arrayOf(nth: number, events: number, bytes: number): string {
  const items = Array.from({ length: events }, (_, index) => {
    const event = { host: hostName(index), type: nameOf(lifeOf(index, nth)), key: `array-${nth}/${index}` };
    const note = 'n'.repeat(bytes - JSON.stringify({ ...event, note: '' }).length - 2);
    // one such letter makes the whole text take two bytes a character in memory
    return JSON.stringify({ ...event, note: index === 0 ? `\u0436${note.slice(1)}` : note });
  });
  return `[${items.join(',')}]`;
}

/** Names of a fleet as plain text. */
export function hostLines(hosts: number): string {
  return Array.from({ length: hosts }, (_, host) => `${hostName(host)}\n`).join('');
}

/** As many names as may be in one body of JSON: they must be short. */
export function shortNames(hosts: number): readonly string[] {
  return Array.from({ length: hosts }, (_, host) => host.toString(36));
}

/** Attributes of each host of an inventory. */
const ATTRIBUTES = Array.from({ length: 10 }, (_, nth) => `attribute-${nth}`);

function* inSome(hosts: number, line: (host: number) => string): Generator<string> {
  for (let from = 0; from < hosts; from += LINES) {
    yield Array.from({ length: Math.min(LINES, hosts - from) }, (_, nth) => line(from + nth)).join('');
  }
}

/** An inventory of `hosts` hosts from `firstHost` on, with ten attributes of 40 characters each. */
export function* csvInventory(hosts: number, firstHost: number): Generator<string> {
  yield `${['host', ...ATTRIBUTES].join(',')}\n`;
  yield* inSome(
    hosts,
    (host) => `${[hostName(firstHost + host), ...ATTRIBUTES.map((_, nth) => valueOf(host, nth))].join(',')}\n`,
  );
}

/** The same as lines of JSON. */
export function ndjsonInventory(hosts: number, firstHost: number): Iterable<string> {
  return inSome(hosts, (host) => {
    const attributes = Object.fromEntries(ATTRIBUTES.map((name, nth) => [name, valueOf(host, nth)]));
    return `${JSON.stringify({ host: hostName(firstHost + host), attributes })}\n`;
  });
}

function valueOf(host: number, nth: number): string {
  return `${host}.${nth}.`.padEnd(40, 'v');
}

export interface Sent {
  readonly status: number;
  readonly body: string;
}

/** Posts what `body` gives, as fast as it is taken; `from`: as a client of that address. Rejects where the connection ends without an answer. */
export function post(
  origin: string,
  path: string,
  { type, body, from }: { readonly type: string; readonly body: string | Iterable<string>; readonly from?: string },
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const head = { method: 'POST', headers: { 'content-type': type }, agent: false, localAddress: from };
    const sent = request(`${origin}/api/v1${path}`, head, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: text });
      });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // refused before its end, and the answer was overtaken by the end of the connection
      if (error.code === 'EPIPE') resolve({ status: 503, body: error.message });
      else reject(error);
    });
    if (typeof body === 'string') sent.end(body);
    else Readable.from(body).pipe(sent);
  });
}
