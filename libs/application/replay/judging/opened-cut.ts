/** What every judging thread begins with: its port, and the split journal in the folder that it is given. */
import type { MessagePort } from 'node:worker_threads';
import { giveWay } from '#contracts';
import { nodeDisk } from '../splitting/disk.js';
import { storedSplit, type StoredSplit } from '../splitting/stored-split.js';

export async function openedCut(
  port: MessagePort | null,
  folder: string,
): Promise<{ readonly port: MessagePort; readonly cut: StoredSplit }> {
  if (port === null) throw new Error('a judging thread is started by openJudgingThread, not by itself');
  giveWay();
  const cut = await storedSplit(folder, nodeDisk);
  if (cut === undefined) throw new Error(`${folder} has no split journal`);
  return { port, cut };
}
