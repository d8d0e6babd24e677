/** What a quest does on hosts: an entry or two in each one's stream, for some hosts together. */
import { START, type Position } from '#contracts';
import type { QuestId } from '#domain';
import { StoreUnavailable } from '#ports';
import type { Appender } from '../appending/appender.js';
import type { AppendJob } from '../appending/job.js';
import { NoRoom } from '../appending/no-room.js';

/**
 * Runs a job for each host, together, in the share of `holder`; answers a position from which all of it is seen. Rejects with
 * StoreUnavailable, {@link NoRoom} among them; then the same may be run again.
 */
export async function runOnHosts(
  appender: Appender,
  quest: QuestId,
  jobs: readonly AppendJob[],
  holder: string,
): Promise<Position> {
  const taken = await appender.run(jobs, holder);
  if (!taken) throw new NoRoom('journal', 'too much is waiting for it');
  const failed = jobs.find(({ failure }) => failure !== undefined);
  if (failed?.failure !== undefined)
    throw new StoreUnavailable('journal', `quest ${quest} waits for ${failed.stream}: ${failed.failure.reason}`);
  return jobs.reduce((last, { position }) => (position > last ? position : last), START);
}
