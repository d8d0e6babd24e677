/** A projector at work without a feed: it follows, has all partitions, and hears only what a spec or a benchmark says. */
import type { JoinGroup, Projector } from '#application';
import type { Journal } from '#ports';

export interface Following {
  /** Ends the run; resolves when it has ended. May be called twice. */
  stop(): Promise<void>;
}

/** A feed of which one consumer has all partitions, and which brings nothing by itself. */
export function joinAlone(partitions: number): JoinGroup {
  return async (_group, listener) => {
    listener.onAssigned?.(Array.from({ length: partitions }, (_, partition) => partition));
    return { close: async () => undefined };
  };
}

/** Runs a prepared projector; resolves when its views are rebuilt where they had to be, and it follows. */
export async function follow(projector: Projector, partitions: number): Promise<Following> {
  const ending = new AbortController();
  let run: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve) => {
    run = projector.run({
      join: joinAlone(partitions),
      signal: ending.signal,
      following: resolve,
    });
  });
  return {
    stop: async () => {
      ending.abort();
      await run;
    },
  };
}

/** Every partition hears of the journal's head, as of a relay that has published all of it: what lacks is read there. */
export async function hearHead(
  projector: Projector,
  journal: Pick<Journal, 'head' | 'identity'>,
  partitions: number,
): Promise<void> {
  const { position, id: entryId } = await journal.head();
  const signal = new AbortController().signal;
  await Promise.all(
    Array.from({ length: partitions }, (_, partition) => {
      const tick = { kind: 'tick', partition, journal: journal.identity, previous: position, number: 0 } as const;
      return projector.handle({ partition, messages: [{ ...tick, position, entryId }] }, signal);
    }),
  );
}
