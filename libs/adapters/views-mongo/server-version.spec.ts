/** Versions of servers. */
import { whyTooOld } from './server-version.js';

test.each(['6.0.0', '7.0.14', '8.2.11', '10.0.0-rc1'])('%s is taken', (version) => {
  expect(whyTooOld(version)).toBeNull();
});

test.each(['5.0.31', '4.4.0', '3.6.23', 'unknown'])('%s is refused with the version that is needed', (version) => {
  expect(whyTooOld(version)).toBe(`the server is MongoDB ${version}: Hermes needs 6.0 or newer`);
});
