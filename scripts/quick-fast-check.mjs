// Stands in for fast-check in a quick run of the tests: each property is tried for half a second at most. One whose spec
// asks for few cases has long ones: it is tried twice, since an interruption in its first case would be a failure.
import fc from '../node_modules/fast-check/lib/fast-check.js';

export * from '../node_modules/fast-check/lib/fast-check.js';

const LONGEST_MS = 500;
/** At most this many cases are few. */
const FEW = 50;

fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: LONGEST_MS });

export function assert(property, { numRuns, ...more } = {}) {
  if (numRuns === undefined || numRuns > FEW) return fc.assert(property, { ...more, ...(numRuns && { numRuns }) });
  return fc.assert(property, { ...more, numRuns: 2, interruptAfterTimeLimit: undefined });
}

export default { ...fc, assert };
