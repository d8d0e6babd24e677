/** A port for a server of a test or benchmark. It imports nothing of Hermes, so that specs of whole processes load quickly. */
import { createServer, type AddressInfo } from 'node:net';

/** A port of loopback that nobody listens on now. Rejects with the system's Error where there is none. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
