// Stands in for fast-check in a quick run of the tests: each property is tried for half a second at most, however many
// cases its spec asks for.
import fc from '../node_modules/fast-check/lib/fast-check.js';

export * from '../node_modules/fast-check/lib/fast-check.js';
export default fc;

const LONGEST_MS = 500;

fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: LONGEST_MS });
