/** Generations made ready behind messages, as their thread does it, over the stores of the spec; the thread itself runs from the build. */
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { CatalogueTimeline, servePreparing, type WorkThread, type ProjectorParts } from '#application';

type Parts = Omit<
  Parameters<typeof servePreparing>[2] extends (log: never) => Promise<{ parts: infer P }> ? P : never,
  'timeline'
>;

export function preparingApart({
  closing,
  ...parts
}: { readonly closing?: () => Promise<unknown> } & Omit<
  Parts,
  keyof Parameters<NonNullable<ProjectorParts['openPreparing']>>[1]
>): NonNullable<ProjectorParts['openPreparing']> {
  return (task, terms): WorkThread => {
    const { port1, port2 } = new MessageChannel();
    // as of a thread: after its last message
    const ended = once(port2, 'close');
    void servePreparing(port1, task, async () => ({
      parts: { ...terms, ...parts, timeline: new CatalogueTimeline(parts.journal) },
      close: async () => {
        await closing?.();
      },
    }));
    return {
      port: port2,
      ended,
      terminate: () => {
        port1.close();
      },
    };
  };
}
