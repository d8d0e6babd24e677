/**
 * That nothing is written while something says why nothing may be: an import of a journal may begin in another process while a
 * request of any length is being read, or a command waits for its turn.
 */
import type { Problem } from '#contracts';
import { wrapJournal, type Journal } from '#ports';

/** Undefined where anything may be written. */
export type Refusal = () => Problem | undefined;

/** The journal as those have it who write to it: asked before each append, which may come long after its command was let in. */
export function refusingJournal(journal: Journal, refusal: Refusal): Journal {
  return wrapJournal(journal, {
    append: async (writes) => {
      const problem = refusal();
      if (problem === undefined) return journal.append(writes);
      return writes.map(() => ({ kind: 'failed', reason: problem.detail }));
    },
  });
}

/** Runs `work` over the batches that come while anything may be written; then they end, `isAllowed` is false, and the answer has the problem. */
export async function whileAllowed<B, T extends { readonly problem?: Problem }>(
  refusal: Refusal,
  batches: AsyncIterable<B>,
  work: (batches: AsyncIterable<B>, isAllowed: () => boolean) => Promise<T>,
): Promise<T> {
  let problem = refusal();
  async function* allowed(): AsyncGenerator<B> {
    for await (const batch of batches) {
      problem = refusal();
      if (problem !== undefined) return;
      yield batch;
    }
  }
  const answer = await work(allowed(), () => problem === undefined);
  return problem === undefined ? answer : { ...answer, problem };
}
