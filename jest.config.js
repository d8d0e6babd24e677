// How specs run: native ESM, TypeScript through swc, libraries taken from their source rather than from dist.
import { existsSync } from 'node:fs';

const roots = ['libs', 'apps', 'test', 'bench'].filter((folder) => existsSync(new URL(folder, import.meta.url)));

// for editing: no whole processes, and properties tried for a moment only
const isQuick = process.env.HERMES_TEST_QUICK === 'true';

export default {
  testEnvironment: 'node',
  // jest's node environment exports conditions "node" and "node-addons"; ours comes first so that "#domain" is libs/domain/index.ts
  testEnvironmentOptions: { customExportConditions: ['hermes-source', 'node', 'node-addons'] },
  roots: roots.map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.spec.ts'],
  // those need servers: jest.servers.config.js
  testPathIgnorePatterns: ['/node_modules/', '\\.servers\\.spec\\.ts$', ...(isQuick ? ['\\.e2e\\.spec\\.ts$'] : [])],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  extensionsToTreatAsEsm: ['.ts'],
  // relative imports say .js, as Node wants it; the file beside the spec is .ts
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'],
    ...(isQuick ? { '^fast-check$': '<rootDir>/scripts/quick-fast-check.mjs' } : {}),
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, verbatimModuleSyntax: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  maxWorkers: 2,
  testSequencer: '<rootDir>/scripts/whole-processes-first.mjs',
  // modules of a spec that has ended stay in memory where Node loads them as ES modules: a worker is replaced in time
  workerIdleMemoryLimit: '1.5GB',
  testTimeout: 60_000,
};
