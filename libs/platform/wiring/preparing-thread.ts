/** Runs in a thread: makes the generation of a rebuild ready. */
import { provedBy, servePreparing, type PreparationTask, type PreparationTerms } from '#application';
import { giveWay } from '#contracts';
import { threadOf } from './opened-beside.js';

export interface PreparingTerms {
  readonly task: PreparationTask;
  readonly how: PreparationTerms;
}

const { port, terms, open } = threadOf();
const { task, how } = terms as PreparingTerms;
// with less it might never be level where entries keep coming
giveWay('quarter');
await servePreparing(port, task, async (damaged) => {
  const { parts, close } = await open(damaged);
  return { parts: { ...how, ...parts, prove: provedBy(parts) }, close };
});
