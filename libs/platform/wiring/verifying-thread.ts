/** Runs in a thread: verifies the served views. */
import { serveVerifying, type VerifyTerms } from '#application';
import { giveWay } from '#contracts';
import { threadOf } from './opened-beside.js';

const { port, terms, open } = threadOf();
giveWay();
await serveVerifying(port, terms as VerifyTerms, open);
