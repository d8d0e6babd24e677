// How the specs that need servers run: as the others do, one file at a time, since they share the servers. The scenarios
// of a whole Hermes are played once more on every wiring of the stores.
import shared from './jest.config.js';

const { maxWorkers: _, testTimeout: __, testSequencer: ___, workerIdleMemoryLimit, ...common } = shared;
const scenarios = (...names) => names.map((name) => `<rootDir>/test/scenarios/${name}.e2e.spec.ts`);
const project = (displayName, testMatch, globals = {}) => ({
  ...common,
  displayName,
  testMatch,
  testPathIgnorePatterns: ['/node_modules/'],
  globals,
});
/** `<journal>+<feed>+<views>`, with one remote store at least. */
const wirings = ['sqlite', 'eventstore'].flatMap((journal) =>
  ['inprocess', 'kafka'].flatMap((feed) => ['sqlite', 'mongo'].map((views) => `${journal}+${feed}+${views}`)),
);

export default {
  projects: [
    project('servers', ['**/*.servers.spec.ts']),
    project('apart', scenarios('seed', 'labors', 'lists', 'changes'), { hermesTestWiring: 'apart' }),
    ...wirings
      .filter((wiring) => wiring !== 'sqlite+inprocess+sqlite')
      .map((wiring) => project(wiring, scenarios('seed', 'labors'), { hermesTestWiring: wiring })),
  ],
  maxWorkers: 1,
  workerIdleMemoryLimit,
  testTimeout: 60_000,
};
