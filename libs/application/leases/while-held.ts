/** Long work under a lease: it is renewed beside the work, which ends where the lease is lost. */
import { sleep } from '../pauses.js';
import { LEASE_MS, LEASE_POLL_MS, type Lease } from './lease.js';

const RENEW_EVERY_MS = LEASE_MS / 5;
/** So long the work goes on while nobody answers: a renewal may be 1.5 s older than the answer that it is held. */
const UNANSWERED_MS = LEASE_MS / 2;
const RETRY_MS = 100;

/** Whether it is held, after somewhat more than the time after which a holder that was killed is known to be dead. */
export async function holdOnceFree(lease: Pick<Lease, 'hold'>, signal: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; !(await lease.hold()); waitedMs += LEASE_POLL_MS) {
    if (waitedMs > LEASE_MS || signal.aborted) return false;
    await sleep(LEASE_POLL_MS, signal);
  }
  return true;
}

/**
 * `held` aborts with `signal`, and where the lease is another's, or could not be renewed for so long that it may become another's
 * soon. Settles as the work does.
 */
export async function whileHeld<T>(
  lease: Pick<Lease, 'hold'>,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<T>,
  nowMs: () => number = () => performance.now(),
): Promise<T> {
  const lost = new AbortController();
  const over = new AbortController();
  const renew = async (): Promise<void> => {
    let answeredAtMs = nowMs();
    for (;;) {
      const leftMs = UNANSWERED_MS - (nowMs() - answeredAtMs);
      const held = leftMs > 0 ? await answerWithin(leftMs, lease, over.signal) : false;
      if (over.signal.aborted) return;
      if (held === false) {
        lost.abort();
        return;
      }
      if (held) answeredAtMs = nowMs();
      await sleep(held ? RENEW_EVERY_MS : RETRY_MS, over.signal);
    }
  };
  const renewing = renew();
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    over.abort();
    await renewing;
  }
}

/** Undefined where the journal does not answer. */
async function answerWithin(ms: number, lease: Pick<Lease, 'hold'>, over: AbortSignal): Promise<boolean | undefined> {
  const asked = lease.hold().catch(() => undefined);
  const timer = new AbortController();
  const waited = sleep(ms, AbortSignal.any([over, timer.signal])).then(() => undefined);
  const answer = await Promise.race([asked, waited]);
  timer.abort();
  return answer;
}
