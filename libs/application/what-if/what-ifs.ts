/** What-ifs as jobs of the process that runs them (R10): begun, watched and cancelled by operators. `createWhatIfs` makes it. */
import type { Outcome, Position, Problem, Uuid } from '#contracts';
import type { Journal } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Fate, HostName, Instant, SupposedFates } from '#domain';
import type { Asking } from '../ingest/requests/keyed-requests.js';
import type { JobStatus } from '../replay/job.js';
import type { DifferencePage } from './difference-file.js';
import type { LaborDifference } from './host-what-if.js';
import type { WhatIfStep } from './run-what-if.js';
import type { NumbersOfQuest, NumbersOfType, WhatIfNumbers } from './what-if-totals.js';

/** What is supposed, of which part of history and of which hosts. */
export interface WhatIfAsked extends SupposedFates {
  /** It holds for entries after this place, or from this instant on; for all where null. */
  readonly from: Position | Instant | null;
  /** All hosts where null. */
  readonly hosts: readonly HostName[] | null;
}

export interface WhatIfStatus extends JobStatus, Pick<WhatIfStep, 'phase' | 'entries' | 'total' | 'hosts'> {
  /** The journal is judged up to here. */
  readonly position: Position;
  /** The fates that are supposed, with the numbers that they have in it. */
  readonly defined: readonly Fate[];
  readonly numbers: WhatIfNumbers;
  readonly byType: readonly NumbersOfType[];
  readonly byQuest: readonly NumbersOfQuest[];
  /** How many of the differences are listed: of very many not all. */
  readonly listed: number;
  /** The first MOST_EXAMPLES that were found. */
  readonly examples: readonly LaborDifference[];
}

export interface WhatIfsParts {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  readonly monotonicMs?: () => number;
  readonly log: Log;
  /** Why the journal must not be judged as it stands; undefined where it may. */
  readonly refusal?: () => Problem | undefined;
  /** On the local disk: nothing else lies there. Where absent, there are no what-ifs here. */
  readonly folder?: string | undefined;
  /** Threads that judge beside this one, of one what-if at a time; 0 where absent: all is judged here. */
  readonly judgingThreads?: number;
  /** Most bytes that the journal may have there, cut. */
  readonly mostBytes?: number | undefined;
}

export interface WhatIfs {
  /** Begins one: `conflict` where {@link MOST_RUNNING} run in this process, and what definitions of fates are refused for. */
  start(asked: WhatIfAsked, asking?: Asking): Promise<Outcome<{ readonly id: Uuid }>>;
  /** Its numbers are whole once it is done. `what-if-unknown` where this process does not know it. */
  status(id: string): Promise<Outcome<WhatIfStatus>>;
  /** What differs, as far as it is found, `limit` at most from the place that the page before it named; null: from the first. */
  labors(id: string, from: number | null, limit: number): Promise<Outcome<DifferencePage>>;
  /** Ends it, where it runs; nothing of it is left, and it is known no longer. */
  remove(id: string): Promise<Outcome<WhatIfStatus>>;
  /** Of those that run, the percentages. */
  progress(): readonly number[];
  /** Cancels what runs, and removes all of them from the disk. */
  close(): Promise<void>;
}

/** At once. */
export const MOST_RUNNING = 2;
/** The newest are remembered, with all that differs. */
export const MOST_WHAT_IFS = 10;
