/** The floor of every append to EventStoreDB: its client and nothing else, a fixed number of calls in flight, events made beforehand. */
import { binaryEvent, KurrentDBClient, type EventData } from '@kurrent/kurrentdb-client';
import type { NewEntry } from '#contracts';

/** As the adapter keeps. */
export const IN_FLIGHT = 256;

export interface RawAppend {
  readonly stream: string;
  readonly events: EventData[];
}

/** The same bytes that the adapter sends. */
export function rawAppend(stream: string, entries: readonly NewEntry[]): RawAppend {
  const events = entries.map(({ id, type, version, recordedAt, json }) =>
    binaryEvent({ id, type, data: Buffer.from(json), metadata: { version, recordedAt } }),
  );
  return { stream, events };
}

export class RawClient {
  private readonly client: KurrentDBClient;

  /** Streams are named behind the prefix, as ours are. */
  constructor(
    url: string,
    private readonly prefix: string,
  ) {
    this.client = KurrentDBClient.connectionString(url);
  }

  async append(appends: readonly RawAppend[]): Promise<void> {
    const rest = appends.values();
    const one = async (): Promise<void> => {
      for (const { stream, events } of rest) {
        await this.client.appendToStream(`${this.prefix}.${stream}`, events, { streamState: 'any' });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}
