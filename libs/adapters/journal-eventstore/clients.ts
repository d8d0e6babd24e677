/**
 * The driver's clients. Each is two engines in one: appends and subscriptions go over gRPC for Node, reads over a native
 * module with its own connection. Appends, small reads, scans and subscriptions have separate clients: a slow scan
 * stalls other reads of its client, and one connection carries no more than 100 calls.
 */
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { withOwnConnection } from './connection.js';

/** Most subscriptions of one client: half of a connection's limit, beyond which a call waits in silence. */
const MAX_SUBSCRIPTIONS_OF_ONE = 50;

/** One client, replaced when it is spoilt: one whose first read met a server that was down never reads again. */
export class ClientSlot {
  private client: KurrentDBClient | undefined;

  constructor(private readonly url: string) {}

  get current(): KurrentDBClient {
    return (this.client ??= clientOf(this.url));
  }

  /** Callers that met the same spoilt client replace it once. */
  replace(spoilt: KurrentDBClient): void {
    if (this.client !== spoilt) return;
    this.client = undefined;
    void spoilt.dispose();
  }

  async close(): Promise<void> {
    await this.client?.dispose();
  }
}

/** As many clients as the subscriptions at one time need. */
export class SubscriptionClients {
  private readonly clients: { readonly client: KurrentDBClient; live: number }[] = [];

  constructor(private readonly url: string) {}

  /** The caller calls `release` once when its subscription has ended. */
  take(): { readonly client: KurrentDBClient; readonly release: () => void } {
    let found = this.clients.find(({ live }) => live < MAX_SUBSCRIPTIONS_OF_ONE);
    if (found === undefined) {
      const url = withOwnConnection(this.url, this.clients.length + 1);
      found = { client: clientOf(url), live: 0 };
      this.clients.push(found);
    }
    const taken = found;
    taken.live += 1;
    return { client: taken.client, release: () => void (taken.live -= 1) };
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map(({ client }) => client.dispose()));
  }
}

/** The driver's messages about files that the address names. */
const ABOUT_FILES = /certificate|userCertFile/;

/** Throws an Error of one sentence; the driver's own quotes the password. */
function clientOf(url: string): KurrentDBClient {
  try {
    return KurrentDBClient.connectionString(url);
  } catch (error) {
    const about = error instanceof Error && ABOUT_FILES.test(error.message) ? ` (${error.message})` : '';
    throw new Error(`the address of the event store cannot be read: check host, port and options${about}`);
  }
}
