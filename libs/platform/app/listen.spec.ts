/** Whatever address is named, one server listens, at which the bounds of the door stand. */
import dns from 'node:dns';
import { jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Feed, Journal, Views } from '#ports';
import { readSettings } from '../settings/settings.js';
import { createApp } from './create-app.js';

@Module({})
class NothingModule {}

const ignore = (): void => undefined;

const lookup = dns.lookup as (...args: readonly unknown[]) => void;

/** As on a machine where `localhost` has an address of each kind. */
function twoAddresses(name: string, ...rest: readonly unknown[]): void {
  if (name !== 'localhost') {
    lookup(name, ...rest);
    return;
  }
  const found = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  const then = rest.at(-1) as (...found: readonly unknown[]) => void;
  if ((rest[0] as { readonly all?: boolean }).all === true) then(null, found);
  else then(null, found[0]?.address, found[0]?.family);
}

afterEach(() => {
  jest.restoreAllMocks();
});

test('a name of two addresses means the first', async () => {
  const app = await createApp({
    modules: [NothingModule],
    useCases: [],
    settings: readSettings({ HERMES_HOST: 'localhost', HERMES_PORT: '0' }),
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  jest.spyOn(dns, 'lookup').mockImplementation(twoAddresses);
  const origin = await app.listen();
  const { port } = new URL(origin);
  expect(origin).toBe(`http://localhost:${port}`);
  const instance: FastifyInstance = app.nest.getHttpAdapter().getInstance();
  expect(instance.addresses()).toMatchObject([{ address: '127.0.0.1' }]);
  await app.close();
});
