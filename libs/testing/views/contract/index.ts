/** The views' contract (P2–P7): an adapter's spec calls it with a factory, and nothing in it knows the store. */
import { behindSuite } from './behind.js';
import { burndownSuite } from './burndowns.js';
import { changesSuite } from './changes.js';
import { controlSuite } from './control.js';
import { digestSuite } from './digests.js';
import { effectSuite } from './effects.js';
import { entryTimeSuite } from './entry-times.js';
import { eventListSuite } from './event-lists.js';
import type { ViewsHarness } from './harness.js';
import { hostListSuite } from './host-lists.js';
import { questHostListSuite } from './quest-host-lists.js';
import { laborListSuite } from './labor-lists.js';
import { laborAsOfSuite } from './labors-as-of.js';
import { lifeSuite } from './life.js';
import { loadingSuite } from './loading.js';
import { parkedSuite } from './parked.js';
import { pastSuite } from './past.js';
import { progressSuite } from './progress.js';
import { questListSuite } from './quest-lists.js';
import { questSuite } from './quests.js';
import { redactionSuite } from './redactions.js';
import { storedSuite } from './stored.js';
import { textSuite } from './text.js';
import { timesSuite } from './times-to-close.js';
import { totalsSuite } from './totals.js';
import { writeSuite } from './writes.js';

export type { ViewsHarness } from './harness.js';

/** Declares the suite. `makeHarness` is called before each test, for a store of that test's own. */
export function viewsContract(name: string, makeHarness: () => Promise<ViewsHarness>): void {
  describe(`views contract: ${name}`, () => {
    let harness: ViewsHarness;
    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness.dispose());
    const bench = () => harness;
    controlSuite(bench);
    writeSuite(bench);
    progressSuite(bench);
    questSuite(bench);
    parkedSuite(bench);
    behindSuite(bench);
    changesSuite(bench);
    laborListSuite(bench);
    laborAsOfSuite(bench);
    eventListSuite(bench);
    entryTimeSuite(bench);
    effectSuite(bench);
    redactionSuite(bench);
    questListSuite(bench);
    hostListSuite(bench);
    questHostListSuite(bench);
    burndownSuite(bench);
    totalsSuite(bench);
    pastSuite(bench);
    timesSuite(bench);
    storedSuite(bench);
    digestSuite(bench);
    loadingSuite(bench);
    textSuite(bench);
    lifeSuite(bench);
  });
}
