// A jest reporter that gives scripts/test.mjs the true totals: a suite that could not be loaded is a failure as well.
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    process.send?.({
      totals: {
        passed: results.numPassedTests,
        failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
        skipped: results.numPendingTests + results.numTodoTests,
      },
    });
  }
}
