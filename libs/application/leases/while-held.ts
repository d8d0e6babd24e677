/** Long work under a lease: it is renewed beside the work, which ends where the lease is lost. */
import { sleep } from '../pauses.js';
import { LEASE_MS, type Lease } from './lease.js';

const RENEW_EVERY_MS = LEASE_MS / 5;

/** `held` aborts with `signal`, and where the lease is another's or cannot be renewed. Settles as the work does. */
export async function whileHeld<T>(
  lease: Pick<Lease, 'hold'>,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const over = new AbortController();
  const renew = async (): Promise<void> => {
    while (!over.signal.aborted) {
      if (!(await lease.hold().catch(() => false))) {
        lost.abort();
        return;
      }
      await sleep(RENEW_EVERY_MS, over.signal);
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
