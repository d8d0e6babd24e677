/** A thread that judges for a load: opens the split journal that it is given, and judges of it what it is asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadEncoder } from '#ports';
import { encodeBuckets, type JudgingTerms } from './encode-buckets.js';
import { openedCut } from './opened-cut.js';
import { serveJudging } from './serve.js';

export interface LoadThreadOptions {
  readonly folder: string;
  /** The URL of the module that encodes. */
  readonly encoder: string;
  readonly terms: JudgingTerms;
}

const { folder, encoder, terms } = workerData as LoadThreadOptions;
const { port, cut } = await openedCut(parentPort, folder);
serveJudging(port, encodeBuckets((await import(encoder)) as LoadEncoder, cut, terms));
