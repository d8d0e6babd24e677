// The order in which jest starts specs: those of whole processes first, since one of them may take minutes. Left to itself
// jest starts the largest files first where it has no durations yet, as on a fresh checkout: then the longest specs, which
// are short files, come last, and one worker waits for the other's.
import Sequencer from '@jest/test-sequencer';

const rank = ({ path }) => (path.endsWith('.e2e.spec.ts') ? 0 : 1);

export default class WholeProcessesFirst extends (Sequencer.default ?? Sequencer) {
  /** Within the two kinds: as jest has them, by their last durations or sizes. */
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
