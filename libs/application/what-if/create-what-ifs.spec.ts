/** R10: what-ifs as jobs: some at a time, remembered for a while, cancelled without a trace. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeEntry, hostStream, CATALOGUE_STREAM, type DomainEntry } from '#contracts';
import type { FateDefinition, HostName, Instant, TypeName } from '#domain';
import { wrapJournal, type Journal } from '#ports';
import { createMemoryJournal, temporaryFolder, until } from '#testing';
import { CatalogueTimeline } from '../catalogue/timeline.js';
import { silentLog } from '../log.js';
import { createWhatIfs } from './create-what-ifs.js';
import { MOST_RUNNING, MOST_WHAT_IFS, type WhatIfAsked, type WhatIfs } from './what-ifs.js';
