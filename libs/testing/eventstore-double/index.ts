/** A server that speaks EventStoreDB's gRPC, for tests: `startEventStoreDouble` in this process, `main.ts` as a process of its own. */
import type { EventStoreDouble, EventStoreDoubleOptions } from './double.js';

export type { EventStoreDouble, EventStoreDoubleOptions } from './double.js';

/** A running double. gRPC is loaded when one is wanted, not by every spec that imports the library. */
export async function startEventStoreDouble(options: EventStoreDoubleOptions): Promise<EventStoreDouble> {
  const { EventStoreDouble: Double } = await import('./double.js');
  const double = new Double(options);
  await double.start();
  return double;
}
