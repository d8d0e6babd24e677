/** Work under a lease: it goes on over a renewal that fails, and ends where the lease is lost. */
import { StoreUnavailable } from '#ports';
import { until } from '#testing';
import { whileHeld } from './while-held.js';

/** Answers in turn; the last one for ever. */
function leaseOf(...answers: (boolean | 'away' | 'silent')[]) {
  let asked = 0;
  const hold = async (): Promise<boolean> => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer === 'silent') return new Promise<never>(() => undefined);
    if (answer === 'away') throw new StoreUnavailable('journal', 'away');
    return answer === true;
  };
  return { hold, asked: () => asked };
}

const never = new AbortController().signal;

test('a renewal that fails is tried again, and the work goes on', async () => {
  const lease = leaseOf(true, 'away', 'away', true);
  const held = await whileHeld(lease, never, async (signal) => {
    await until('it is held again', async () => lease.asked() > 3);
    return signal;
  });
  expect(held.aborted).toBe(false);
});

test.each(['away', 'silent'] as const)(
  'the work ends before the lease may be another’s, where the journal is %s',
  async (how) => {
    let nowMs = 0;
    const lease = leaseOf(true, how);
    await whileHeld(
      lease,
      never,
      async (signal) => {
        await until('it was asked again', async () => lease.asked() > 1);
        expect(signal.aborted).toBe(false);
        nowMs = 2600;
        await until('it ends', async () => signal.aborted, { limitMs: 10_000 });
      },
      () => nowMs,
    );
  },
);

test('the work ends at once where the lease is another’s, and with its caller', async () => {
  await whileHeld(leaseOf(false), never, (signal) => until('it ends', async () => signal.aborted));
  const ending = new AbortController();
  ending.abort();
  await whileHeld(leaseOf(true), ending.signal, async (signal) => {
    expect(signal.aborted).toBe(true);
  });
});
