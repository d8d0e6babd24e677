/** Whose request is begun in which turn of the loop. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { Connections } from './connections.js';
import { BEGUN_PER_TURN, limitPipelines } from './pipelines.js';

/** A server on which requests come when the test says so; each on a connection of its own. */
function rig() {
  const server = new EventEmitter();
  const begun: string[] = [];
  server.on('request', ({ url = '' }: IncomingMessage) => begun.push(url));
  const connections = { isKnown: () => true, admit: () => undefined, cut: () => undefined };
  const isAboutHermes = ({ url = '' }: { readonly url?: string | undefined }) => url.startsWith('/health');
  const holderOf = ({ headers }: IncomingMessage) => headers.authorization ?? null;
  limitPipelines(server as unknown as Server, connections as unknown as Connections, holderOf, isAboutHermes);
  return {
    begun,
    come(url: string, authorization?: string): void {
      const request = { url, headers: { authorization }, socket: {} } as unknown as IncomingMessage;
      server.emit('request', request, new EventEmitter());
    },
  };
}

test('whether Hermes lives is asked in the next turn, however many tokens wait for theirs', async () => {
  const { begun, come } = rig();
  for (let nth = 0; nth < 500; nth += 1) come(`/events of ${nth}`, `token ${nth}`);
  come('/health/live');
  await turn();
  expect(begun).toContain('/health/live');
  expect(begun.length).toBeLessThanOrEqual(3 * BEGUN_PER_TURN);
});

test('a flood of looks takes one request of each turn, and no other request waits for it', async () => {
  const { begun, come } = rig();
  for (let nth = 0; nth < 500; nth += 1) come('/health/live');
  for (let nth = 0; nth < 10; nth += 1) come(`/events of ${nth}`, `token ${nth}`);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(begun.filter((url) => url.startsWith('/events'))).toHaveLength(10);
  expect(begun.filter((url) => url === '/health/live').length).toBeLessThanOrEqual(7);
});
