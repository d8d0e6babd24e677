/** Verification as a job of the process that runs it (R9): begun, watched and cancelled by operators. `createVerifying` makes it. */
import type { Outcome, Position, Uuid } from '#contracts';
import type { Instant } from '#domain';
import type { Asking } from '../ingest/requests/keyed-requests.js';
import type { DifferenceFound } from './findings.js';
import type { RepairedHost } from './repair-command.js';
import type { LeftOutHost, NotCompared, VerifyStep } from './verified-generation.js';

export interface VerificationStatus {
  readonly id: Uuid;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly phase: VerifyStep['phase'];
  /** Of the views, that is compared. */
  readonly generation: number;
  /** The journal is judged up to here. */
  readonly position: Position;
  /** Of the whole: 0 to 100, rounded down; 100 only where it is done. */
  readonly percent: number;
  /** The entries that the phase has done, of `total`; null until the journal is cut. */
  readonly entries: number;
  readonly total: number | null;
  /** Of the last 30 seconds. */
  readonly entriesPerS: number;
  /** Null where it is not running, or too little is done to say. */
  readonly secondsLeft: number | null;
  /** Compared so far. */
  readonly hosts: number;
  /** That the journal, cut, takes on the disk. */
  readonly bytes: number;
  /** Null until it is done, and where nothing differs but some hosts were not compared. */
  readonly equal: boolean | null;
  readonly differences: number;
  readonly notCompared: NotCompared;
  /** Which they are, the first MOST_NAMED, once it is done. */
  readonly leftOut: readonly LeftOutHost[];
  /** The first MOST_EXAMPLES of the differences, once it is done. */
  readonly examples: readonly DifferenceFound[];
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  /** Why it failed. */
  readonly reason: string | null;
}

export interface Verifying {
  /** Begins one; `conflict` where one runs in this process, `not-caught-up` where no views of this version are served. */
  start(asking?: Asking): Promise<Outcome<{ readonly id: Uuid }>>;
  /** `verification-unknown` where this process does not know it: it keeps the last {@link MOST_KEPT}, until it ends. */
  status(id: string): Promise<Outcome<VerificationStatus>>;
  /** Ends it, where it runs, and resolves once it has ended and left nothing behind. */
  cancel(id: string): Promise<Outcome<VerificationStatus>>;
  /**
   * R7: judges the host from its stream and repairs it in place where the views differ. `host-unknown`, `not-caught-up`; `conflict`
   * where the host is stored again at each look, is behind, or has too many entries.
   */
  repair(host: string, asking?: Asking): Promise<Outcome<RepairedHost>>;
  /** The one that was begun last. */
  last(): VerificationStatus | null;
  /** Cancels what runs; nothing is begun after it. */
  close(): Promise<void>;
}

/** Verifications that are remembered. */
export const MOST_KEPT = 10;
