// How the specs that need servers run: as the others do, one file at a time, since they share the servers.
import shared from './jest.config.js';

export default {
  ...shared,
  testMatch: ['**/*.servers.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 60_000,
};
