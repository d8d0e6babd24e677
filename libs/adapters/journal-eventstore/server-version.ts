/** The server's version: before 22.10 it sends no positions in the reads of a stream, and has other rules. */
import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { StoreUnavailable } from '#ports';
import { isNoSuchHost, reasonOf } from './errors.js';

const LEAST = [22, 10] as const;

/** Throws an Error where the server is too old or its address leads nowhere, a StoreUnavailable where it does not answer within the limit. */
export async function requireVersion(client: KurrentDBClient, hosts: string, timeoutMs: number): Promise<void> {
  const version = await versionOf(client, hosts, timeoutMs);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  // `unknown` is a server before 21.10, which does not know the question
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new Error(`EventStoreDB at ${hosts} has version ${version}: Hermes needs ${LEAST.join('.')} or later`);
}

async function versionOf(client: KurrentDBClient, hosts: string, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StoreUnavailable('journal', `EventStoreDB at ${hosts} did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    // the driver asks for it before its first append, and keeps it to itself
    const { serverVersion } = await Promise.race([client['capabilities'], late]);
    return serverVersion;
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (isNoSuchHost(error)) throw new Error(`EventStoreDB: there is no host of the name ${hosts}`, { cause: error });
    throw new StoreUnavailable('journal', `no EventStoreDB at ${hosts}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
