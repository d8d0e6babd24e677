/** Clients that follow changes, in a process of their own: very many connections, of which each takes all that comes. */
import { connect, type Socket } from 'node:net';
import { hostName } from './flows.js';

/** What the parent hands over as the first argument, as JSON. */
export interface FollowersOrder {
  readonly host: string;
  readonly port: number;
  readonly followers: number;
  /** Different filters, which the followers ask in turn: each of its part of the hosts. */
  readonly queries: number;
  readonly hosts: number;
}

/** `following`: all have their first event. `taken`: the answer to any message, labors that came since the one before. */
export type FollowersNews = { readonly kind: 'following' } | { readonly kind: 'taken'; readonly labors: number };

/** Opened at once. */
const WAVE = 200;
const LABOR = Buffer.from('event: labor\n');

let labors = 0;

function follow({ host, port }: FollowersOrder, query: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.write(`GET /api/v1/changes?${query} HTTP/1.1\r\nhost: ${host}:${port}\r\n\r\n`);
    });
    socket.once('error', reject);
    socket.on('data', (chunk: Buffer) => {
      resolve(socket);
      for (let at = chunk.indexOf(LABOR); at >= 0; at = chunk.indexOf(LABOR, at + LABOR.length)) labors += 1;
    });
    socket.once('close', () => {
      reject(new Error('a stream was ended before its first event'));
    });
  });
}

function queriesOf({ queries, hosts }: FollowersOrder): readonly string[] {
  return Array.from({ length: queries }, (_, query) => {
    const names = Array.from({ length: hosts / queries }, (__, n) => hostName(n * queries + query));
    // some of them must know what the host is, too
    return `host=${names.join()}${query % 4 === 0 ? '&hostQuery=not%20retired' : ''}`;
  });
}

async function followAll(order: FollowersOrder): Promise<readonly Socket[]> {
  const { followers } = order;
  const queries = queriesOf(order);
  const sockets: Socket[] = [];
  while (sockets.length < followers) {
    const wave = Array.from({ length: Math.min(WAVE, followers - sockets.length) }, (_, n) =>
      follow(order, queries[(sockets.length + n) % queries.length] ?? ''),
    );
    sockets.push(...(await Promise.all(wave)));
  }
  return sockets;
}

function announce(news: FollowersNews): void {
  process.send?.(news);
}

const sockets = await followAll(JSON.parse(process.argv[2] ?? '') as FollowersOrder);
process.on('message', () => {
  announce({ kind: 'taken', labors });
  labors = 0;
});
process.once('disconnect', () => {
  for (const socket of sockets) socket.destroy();
});
announce({ kind: 'following' });
