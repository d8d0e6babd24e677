/** Verifications put together: one at a time, the last ones remembered, their progress in the log. */
import { randomUUID } from 'node:crypto';
import {
  DOCUMENTS_VERSION,
  done,
  failed,
  inTurns,
  START,
  viewsPosition,
  type Generation,
  type Outcome,
  type Position,
  type Problem,
  type Uuid,
} from '#contracts';
import { FOLD_VERSION } from '#domain';
import type { Journal, Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { Clock } from '../clock.js';
import { whole } from '../ingest/requests/answers.js';
import { KeyedRequests } from '../ingest/requests/keyed-requests.js';
import type { WorkThread } from '../apart/work-apart.js';
import type { Log } from '../log.js';
import { clearJobFolder, NO_FOLDER } from '../replay/job-folder.js';
import { whereOf } from './findings.js';
import { repairByCommand, type RepairedHost } from './repair-command.js';
import { Verification, type Verify } from './verification.js';
import { verifyApart, type VerifyTerms } from './verify-apart.js';
import { verifyGeneration } from './verify-generation.js';
import { MOST_KEPT, type VerificationStatus, type Verifying } from './verifying.js';

export interface VerifyingParts {
  readonly journal: Journal;
  readonly views: Pick<Views, 'control' | 'reader' | 'writer'>;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: () => number;
  readonly log: Log;
  /** Why the journal must not be judged as it stands; undefined where it may. */
  readonly refusal?: () => Problem | undefined;
  /** On the local disk, for the journal cut into buckets: nothing else lies there. Where absent, nothing is verified here. */
  readonly folder?: string | undefined;
  /** Most bytes that it may have there. */
  readonly mostBytes?: number | undefined;
  /** A thread that verifies; in this one where absent. */
  readonly openVerifying?: (terms: VerifyTerms) => WorkThread;
}

const STARTED = { answers: whole<{ readonly id: Uuid }>() };
const REPAIRED = { answers: whole<RepairedHost>() };

export function createVerifying(parts: VerifyingParts): Verifying {
  return new VerifyingService(parts);
}

class VerifyingService implements Verifying {
  /** The newest last. */
  private readonly kept = new Map<string, Verification>();
  private readonly requests: KeyedRequests;
  private current: Verification | undefined;
  private readonly ending = new AbortController();
  /** What a process left in the folder that was killed. */
  private readonly cleared: Promise<void>;

  constructor(private readonly parts: VerifyingParts) {
    const { folder, log } = parts;
    this.cleared = folder === undefined ? Promise.resolve() : clearJobFolder(folder, log);
    this.requests = new KeyedRequests(parts.journal, parts.clock, randomUUID, parts.log);
  }

  start: Verifying['start'] = (asking = { principal: null }) =>
    this.requests.once(asking, { use: ['verify'], body: null, ...STARTED }, () => this.begin());

  async status(id: string): Promise<Outcome<VerificationStatus>> {
    const found = this.kept.get(id);
    return found === undefined ? unknown(id) : done(found.status());
  }

  async cancel(id: string): Promise<Outcome<VerificationStatus>> {
    const found = this.kept.get(id);
    if (found === undefined) return unknown(id);
    await found.cancel();
    return done(found.status());
  }

  repair: Verifying['repair'] = (host, asking = { principal: null }) =>
    this.requests.once(asking, { use: ['repair', host], body: null, ...REPAIRED }, async () => {
      const problem = this.parts.refusal?.();
      if (problem !== undefined) return failed(problem);
      const outcome = await repairByCommand(host, this.parts, this.ending.signal);
      if (!outcome.ok) return outcome;
      const { examples, ...found } = outcome.value;
      const [first] = examples;
      if (first !== undefined)
        this.parts.log.warn('the views of a host differed from its entries', { ...found, first: whereOf(first) });
      return outcome;
    });

  last(): VerificationStatus | null {
    return [...this.kept.values()].at(-1)?.status() ?? null;
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.current?.cancel();
  }

  private async begin(): Promise<Outcome<{ readonly id: Uuid }>> {
    const { views, folder } = this.parts;
    if (folder === undefined) return failed({ code: 'conflict', detail: NO_FOLDER });
    const problem = this.parts.refusal?.();
    if (problem !== undefined) return failed(problem);
    await this.cleared;
    const freshness = await views.reader.freshness(DOCUMENTS_VERSION);
    const { current } = this;
    if (current !== undefined)
      return failed({
        code: 'conflict',
        detail: `verification ${current.id} runs already: wait for its end, or cancel it`,
      });
    const end = viewsPosition(freshness?.progress ?? []) ?? START;
    if (freshness?.generation.foldVersion !== FOLD_VERSION || end === START || this.ending.signal.aborted)
      return failed({ code: 'not-caught-up', detail: 'no views of this version are served yet: wait until they are' });
    return done({ id: this.run(freshness.generation, end, folder) });
  }

  private run({ number: generation }: Generation, end: Position, folder: string): Uuid {
    const { openVerifying, log, mostBytes } = this.parts;
    const terms = { generation, end, folder, mostBytes };
    const here: Verify = (moved, signal) => verifyGeneration({ ...this.parts, ...terms, run: inTurns, moved }, signal);
    const verify = openVerifying === undefined ? here : verifyApart(() => openVerifying(terms), log);
    const verification = new Verification({ ...this.parts, generation, end }, verify);
    this.current = verification;
    const { id } = verification;
    this.kept.set(id, verification);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) break;
      this.kept.delete(oldest);
    }
    void verification.run().finally(() => {
      this.current = undefined;
    });
    return id;
  }
}

function unknown(id: string): Outcome<never> {
  return failed({
    code: 'verification-unknown',
    detail: `this process knows no verification ${JSON.stringify(id)}: it keeps the last ${MOST_KEPT} that it began, until it ends`,
  });
}
