/** Takes requests at an address, or says in one line why it is not available. */
import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { errorCode } from '../settings/error-code.js';
import type { Settings } from '../settings/settings.js';
import { StartError } from '../settings/start-error.js';

type Address = Pick<Settings, 'host' | 'port'>;

/**
 * A name means one address, IPv4 before IPv6: all that bounds requests and connections stands at one server, and Fastify
 * would open a second one for `localhost`.
 */
async function addressOf(host: string): Promise<string> {
  return (await lookup(host, { order: 'ipv4first' })).address;
}

/** Checks that the address is available, before other work begins in vain; throws a {@link StartError}. */
export async function requireAddress({ host, port }: Address): Promise<void> {
  const probe = createServer();
  await listenAt(probe, { host, port });
  await new Promise((resolve) => probe.close(resolve));
}

/** Resolves once the server listens; throws a {@link StartError} where the address is not available. */
export async function listenAt(server: Server, { host, port }: Address): Promise<void> {
  try {
    const address = await addressOf(host);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
  } catch (error) {
    throw whyNot({ host, port }, error);
  }
}

/** Takes requests; returns the origin. Throws a {@link StartError} where the address is not available. */
export async function listen(nest: NestFastifyApplication, { host, port }: Address): Promise<string> {
  try {
    await nest.listen(port, await addressOf(host));
  } catch (error) {
    throw whyNot({ host, port }, error);
  }
  const address = nest.getHttpServer().address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
}

function whyNot({ host, port }: Address, error: unknown): StartError {
  return new StartError(reasonOf(host, port, errorCode(error)), { cause: error });
}

function reasonOf(host: string, port: number, code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `HERMES_PORT: ${port} on ${host} is in use: stop what listens there, or name another port (0 takes a free one)`;
    case 'EACCES':
      return `HERMES_PORT: ${port} on ${host} is not allowed to this user: name a port from 1024 on`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HERMES_HOST: ${host} is no address of this machine (${code}): name one, or leave it out`;
    default:
      return `HERMES_HOST, HERMES_PORT: cannot listen on ${host}, port ${port} (${code})`;
  }
}
