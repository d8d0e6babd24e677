/** A judging thread: opens the split journal that it is given, and judges of it what it is asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadEncoder } from '#ports';
import { nodeDisk } from '../splitting/disk.js';
import { storedSplit } from '../splitting/stored-split.js';
import { serveJudging, type JudgingTerms } from './serve.js';

export interface JudgingThreadOptions {
  readonly folder: string;
  /** The URL of the module that encodes. */
  readonly encoder: string;
  readonly terms: JudgingTerms;
}

const port = parentPort;
if (port === null) throw new Error('a judging thread is started by openJudgingThread, not by itself');
const { folder, encoder, terms } = workerData as JudgingThreadOptions;
const cut = await storedSplit(folder, nodeDisk);
if (cut === undefined) throw new Error(`${folder} has no split journal`);
serveJudging(port, (await import(encoder)) as LoadEncoder, cut, terms);
