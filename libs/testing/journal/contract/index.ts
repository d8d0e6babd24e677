/** The journal's contract (J1–J7): an adapter's spec calls it with a factory, and nothing in it knows the store. */
import { appendSuite } from './append.js';
import { appendInOrderSuite } from './append-in-order.js';
import type { JournalHarness } from './harness.js';
import { readSuite } from './read.js';
import { statesSuite } from './states.js';
import { subscribeSuite } from './subscribe.js';
import { textSuite } from './text.js';

export type { JournalHarness } from './harness.js';

/** Declares the suite. `makeHarness` is called before each test, for a store of that test's own. */
export function journalContract(name: string, makeHarness: () => Promise<JournalHarness>): void {
  describe(`journal contract: ${name}`, () => {
    let harness: JournalHarness;
    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness.dispose());
    const bench = () => harness;
    appendSuite(bench);
    appendInOrderSuite(bench);
    textSuite(bench);
    readSuite(bench);
    subscribeSuite(bench);
    statesSuite(bench);
  });
}
