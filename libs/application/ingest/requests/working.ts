/** How use cases have their requests worked on. */
import type { Outcome } from '#contracts';
import type { IngestRequest } from '../deciding/request.js';
import type { Caller } from '../ingest.js';
import type { Answers } from './answers.js';
import type { Asked } from './keyed-requests.js';

/** How a request is worked on: counted until its end, and with an Idempotency-Key of the caller's done once. */
export interface Working {
  readonly answered: <T>(work: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;
  /** The same for what writes: refused where nothing may be written. */
  readonly command: <T>(work: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;
  readonly once: <T>(
    caller: Caller,
    use: Asked<T>['use'],
    body: unknown,
    work: (request: IngestRequest) => Promise<Outcome<T>>,
    answers?: Answers<T>,
  ) => Promise<Outcome<T>>;
}
