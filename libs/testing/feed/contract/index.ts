/** The feed's contract (F1, F2, F5, and what F3 and F4 ask of a carrier): an adapter's spec calls it with a factory, and nothing in it knows the carrier. */
import { closingSuite } from './closing.js';
import { deliverySuite } from './delivery.js';
import { groupsSuite } from './groups.js';
import { handlingSuite } from './handling.js';
import { keepingSuite } from './keeping.js';
import type { Bench, FeedHarness } from './harness.js';

export type { FeedHarness } from './harness.js';

/**
 * Declares the suite. `makeHarness` is called before each test, for a feed of that test's own. `patienceMs` is how long
 * a message or a change of assignment may take: seconds where a broker rebalances.
 */
export function feedContract(name: string, makeHarness: () => Promise<FeedHarness>, patienceMs = 5000): void {
  describe(`feed contract: ${name}`, () => {
    let harness: FeedHarness | undefined;
    beforeEach(async () => {
      harness = await makeHarness();
    }, patienceMs);
    afterEach(() => harness?.dispose(), patienceMs);
    const bench: Bench = {
      harness: () => harness!,
      patienceMs,
      test: (title, body) => {
        // several waits of a test may each take their time
        test(title, body, patienceMs * 6);
      },
    };
    deliverySuite(bench);
    handlingSuite(bench);
    groupsSuite(bench);
    keepingSuite(bench);
    closingSuite(bench);
  });
}
