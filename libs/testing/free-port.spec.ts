/** Ports for servers of tests: none that the system gives to other sockets by itself, and none given twice. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { freePort, offeredPorts } from './free-port.js';

const EPHEMERAL = '/proc/sys/net/ipv4/ip_local_port_range';
const AT_ONCE = 50;

test('ports are none that the system gives to a socket that names none, and each is given once', async () => {
  const ports = await Promise.all(Array.from({ length: AT_ONCE }, () => freePort()));
  const [least = 0, most = 0] = existsSync(EPHEMERAL)
    ? readFileSync(EPHEMERAL, 'utf8').trim().split(/\s+/).map(Number)
    : [32_768, 65_535];
  expect(ports.filter((port) => port >= least && port <= most)).toEqual([]);
  expect(new Set(ports).size).toBe(AT_ONCE);
});

test('a port that was given is given to no other process while this one lives', async () => {
  const port = await freePort();
  // a claim is held by the system: this process is refused as another one would be
  await expect(freePort({ first: port, last: port })).rejects.toThrow(`no port from ${port} to ${port} is free`);
});

test('a port on which somebody listens is not given', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await expect(freePort({ first: port, last: port })).rejects.toThrow(`no port from ${port} to ${port} is free`);
  await new Promise((done) => server.close(done));
});

test.each([
  ['32768\t60999\n', { first: 10_000, last: 32_767 }],
  ['49152 65535', { first: 10_000, last: 49_151 }],
  ['1024 40000', { first: 40_001, last: 65_535 }],
  // all are ephemeral: nothing better is left
  ['1024 65535', { first: 10_000, last: 65_535 }],
  // a system that does not say
  [undefined, { first: 10_000, last: 32_767 }],
])('where the system gives %j, ports are of the larger part beside it', (text, offered) => {
  expect(offeredPorts(text)).toEqual(offered);
});
