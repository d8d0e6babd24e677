/** `npm run bench -- stack`: the remote stack, each part beside what its servers do without Hermes. */
import type { Benchmark } from '../../harness/context.js';
import { appends } from './appends.js';
import { ingest } from './ingest.js';
import { projection } from './projection.js';
import { projectors } from './projectors.js';
import { relay } from './relay.js';
import { visible } from './visible.js';

export const STACK: readonly Benchmark[] = [appends, ingest, relay, projection, visible, projectors];
