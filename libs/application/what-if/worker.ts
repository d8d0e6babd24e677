/** A thread that judges for a what-if: opens the split journal that it is given, and judges of it what it is asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import { atOnce } from '#contracts';
import { cutTimeline } from '../replay/judging/cut-timeline.js';
import { openedCut } from '../replay/judging/opened-cut.js';
import { serveJudging } from '../replay/judging/serve.js';
import { whatIfPieces, type WhatIfTerms } from './found-pieces.js';

export interface WhatIfThreadOptions {
  readonly folder: string;
  readonly terms: WhatIfTerms;
}

const { folder, terms } = workerData as WhatIfThreadOptions;
const { port, cut } = await openedCut(parentPort, folder);
serveJudging(port, whatIfPieces(cut, terms, { timeline: await cutTimeline(cut), run: atOnce }));
