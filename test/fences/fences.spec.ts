// Plants one violation for each rule of .dependency-cruiser.cjs into a made-up house, and expects it, and only it, to be caught.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findings, houseOf, type Files, type Finding } from './plant.js';

const rules = (
  createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: readonly { name: string }[] }
).forbidden.map((rule) => rule.name);

const leaf = 'export const value = 1;\nexport type Kind = "kind";\n';

/** All that is allowed, and close to a fence. */
const clean: Files = {
  'libs/domain/host/state.ts': leaf,
  'libs/domain/index.ts': "export { value, type Kind } from './host/state.js';\n",
  'libs/domain/host/state.spec.ts':
    "import fc from 'fast-check';\nimport { value } from '#testing';\nfc.pre(value > 0);\n",
  'libs/contracts/position.ts': leaf,
  'libs/contracts/index.ts':
    "import { value } from '#domain';\nexport type { Kind } from './position.js';\nexport { value };\n",
  'libs/ports/index.ts': "export { value, type Kind } from '#contracts';\n",
  'libs/application/index.ts': "export { value } from '#ports';\nexport type { Kind } from '#domain';\n",
  'libs/adapters/sqlite/index.ts': leaf,
  'libs/adapters/journal-sqlite/index.ts':
    "import { DatabaseSync } from '@photostructure/sqlite';\nexport { value as shared } from '#adapters/sqlite';\nimport type { Kind } from '#domain';\nimport { value } from '#ports';\nexport const open = (kind: Kind) => [new DatabaseSync(':memory:'), kind, value];\n",
  'libs/adapters/journal-sqlite/journal.spec.ts':
    "import { value } from '#testing';\nimport { value as rule } from '#domain';\nexport const both = [value, rule];\n",
  'libs/adapters/feed-inprocess/index.ts': leaf,
  'libs/platform/index.ts':
    "import 'fastify';\nimport { Module } from '@nestjs/common';\nimport { value } from '#adapters/feed-inprocess';\nimport { value as other } from '#application';\nexport const all = [Module, value, other];\n",
  'libs/platform/settings/port.ts': leaf,
  'libs/platform/operate/log.ts': "export { value } from '../settings/port.js';\n",
  'libs/platform/stores/open.ts': "export { value } from '../operate/log.js';\n",
  'libs/platform/wiring/tokens.ts': "export { value } from '../stores/open.js';\n",
  'libs/platform/http/server.ts': "export { value } from '../operate/log.js';\n",
  'libs/platform/api/lists/lists.ts':
    "export { value } from '../../wiring/tokens.js';\nexport { value as server } from '../../http/server.js';\n",
  'libs/platform/openapi/document.ts': "export { value } from '../api/lists/lists.js';\n",
  'libs/platform/app/start.ts': "export { value } from '../openapi/document.js';\n",
  'libs/testing/index.ts': "export { value } from '#ports';\n",
  'apps/ingest/index.ts':
    "import { Module } from '@nestjs/common';\nimport { all } from '#platform';\nexport const value = [Module, all];\n",
  'apps/ingest/parse.ts': leaf,
  'apps/ingest/parse.spec.ts': "export { value } from '#testing';\n",
  'apps/standalone/main.ts': "export { value } from '#apps/ingest';\n",
  'apps/cli/main.ts': "import type { Kind } from '#contracts';\nexport const kind: Kind | undefined = undefined;\n",
  'apps/dashboard/page.ts':
    "import type { Kind } from '#contracts';\nexport const kind: Kind | undefined = undefined;\n",
  'test/scenario.spec.ts': "export { value } from '#testing';\nexport { value as port } from '#ports';\n",
  'bench/floor.ts': "export { DatabaseSync } from '@photostructure/sqlite';\nexport { value } from '#testing';\n",
};

/** Where each rule is broken: the file that does it, and what it imports. */
const planted: readonly (readonly [rule: string, from: string, specifier: string, to: string])[] = [
  ['layers-domain', 'libs/domain/a.ts', '#contracts', 'libs/contracts/index.ts'],
  ['layers-contracts', 'libs/contracts/a.ts', '#ports', 'libs/ports/index.ts'],
  ['layers-ports', 'libs/ports/a.ts', '#application', 'libs/application/index.ts'],
  ['layers-application', 'libs/application/a.ts', '#adapters/feed-inprocess', 'libs/adapters/feed-inprocess/index.ts'],
  ['layers-adapters', 'libs/adapters/feed-inprocess/a.ts', '#application', 'libs/application/index.ts'],
  ['layers-platform', 'libs/platform/a.ts', '#apps/ingest', 'apps/ingest/index.ts'],
  ['platform-settings', 'libs/platform/settings/a.ts', '../operate/log.js', 'libs/platform/operate/log.ts'],
  ['platform-operate', 'libs/platform/operate/a.ts', '../http/server.js', 'libs/platform/http/server.ts'],
  ['platform-stores', 'libs/platform/stores/a.ts', '../wiring/tokens.js', 'libs/platform/wiring/tokens.ts'],
  ['platform-wiring', 'libs/platform/wiring/a.ts', '../http/server.js', 'libs/platform/http/server.ts'],
  ['platform-http', 'libs/platform/http/a.ts', '../api/lists/lists.js', 'libs/platform/api/lists/lists.ts'],
  ['platform-api', 'libs/platform/api/a.ts', '../openapi/document.js', 'libs/platform/openapi/document.ts'],
  ['platform-openapi', 'libs/platform/openapi/a.ts', '../app/start.js', 'libs/platform/app/start.ts'],
  ['platform-app', 'libs/platform/app/a.ts', '../index.js', 'libs/platform/index.ts'],
  ['platform-floors', 'libs/platform/b.ts', './settings/port.js', 'libs/platform/settings/port.ts'],
  ['layers-testing', 'libs/testing/a.ts', '#apps/ingest', 'apps/ingest/index.ts'],
  ['domain-pure', 'libs/domain/b.ts', 'rxjs', 'rxjs'],
  ['domain-pure', 'libs/domain/c.ts', 'node:crypto', 'crypto'],
  [
    'adapters-apart',
    'libs/adapters/feed-inprocess/b.ts',
    '#adapters/journal-sqlite',
    'libs/adapters/journal-sqlite/index.ts',
  ],
  ['adapters-domain-types', 'libs/adapters/feed-inprocess/c.ts', '#domain', 'libs/domain/index.ts'],
  ['apps-not-adapters', 'apps/query/a.ts', '#adapters/feed-inprocess', 'libs/adapters/feed-inprocess/index.ts'],
  ['apps-apart', 'apps/query/b.ts', '#apps/ingest', 'apps/ingest/index.ts'],
  ['standalone-composes', 'apps/standalone/a.ts', '../ingest/parse.js', 'apps/ingest/parse.ts'],
  ['outsiders-know-contracts', 'apps/cli/a.ts', '#application', 'libs/application/index.ts'],
  ['outsiders-contracts-types', 'apps/dashboard/a.ts', '#contracts', 'libs/contracts/index.ts'],
  ['testing-for-tests', 'apps/ingest/a.ts', '#testing', 'libs/testing/index.ts'],
  ['test-and-bench-last', 'apps/ingest/b.ts', '../../bench/floor.js', 'bench/floor.ts'],
  ['nest-outside', 'libs/application/b.ts', '@nestjs/common', '@nestjs/common'],
  ['drivers-in-adapters', 'libs/platform/app/b.ts', '@photostructure/sqlite', '@photostructure/sqlite'],
  ['sdk-when-asked', 'libs/platform/app/e.ts', '@opentelemetry/api', '@opentelemetry/api'],
  ['no-deep-imports', 'libs/ports/b.ts', '../contracts/position.js', 'libs/contracts/position.ts'],
  ['no-deep-imports', 'test/a.ts', '../libs/domain/host/state.js', 'libs/domain/host/state.ts'],
  ['no-unknown', 'libs/contracts/b.ts', './nowhere.js', './nowhere.js'],
];
const circle: Files = {
  'libs/platform/app/c.ts': "export type { D } from './d.js';\nexport type C = 1;\n",
  'libs/platform/app/d.ts': "export type { C } from './c.js';\nexport type D = 1;\n",
};
/** No file needs one that needs it, but their folders do. */
const circleOfFolders: Files = {
  'libs/application/relay/a.ts': "export { value } from '../leases/a.js';\n",
  'libs/application/relay/b.ts': leaf,
  'libs/application/leases/a.ts': leaf,
  'libs/application/leases/b.ts': "export { value } from '../relay/b.js';\n",
};

describe('the fences', () => {
  const houses: string[] = [];
  const look = (files: Files) => {
    const folder = houseOf(files);
    houses.push(folder);
    return findings(folder);
  };
  let broken: readonly Finding[] = [];

  beforeAll(() => {
    const violations = planted.map(([, from, specifier]) => [
      from,
      `import * as all from '${specifier}';\nexport { all };\n`,
    ]);
    broken = look({ ...clean, ...circle, ...(Object.fromEntries(violations) as Files) }).found;
  });
  afterAll(() => {
    for (const folder of houses) rmSync(folder, { recursive: true });
  });

  it('let a clean house pass, having seen all of it', () => {
    const { found, files } = look(clean);
    expect(found).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(Object.keys(clean)));
  });

  it.each(planted)('%s: %s may not import %s', (rule, from, _specifier, to) => {
    const caught = broken.filter((finding) => finding.from === from);
    expect(caught.map((finding) => finding.rule)).toEqual([rule]);
    expect(caught[0]!.to).toBe(to);
  });

  it('no-circles: two files may not need each other, not even for types', () => {
    const caught = broken.filter((finding) => finding.from in circle);
    expect(new Set(caught.map((finding) => finding.rule))).toEqual(new Set(['no-circles']));
  });

  it('no-circles-of-folders: two folders of application or platform may not need each other', () => {
    const { found } = look({ ...clean, ...circleOfFolders });
    expect(found.map(({ rule, from }) => `${rule} ${from}`).sort()).toEqual([
      'no-circles-of-folders libs/application/leases',
      'no-circles-of-folders libs/application/relay',
    ]);
  });

  it('catch nothing else, and each has its plant', () => {
    const expected = new Set([...planted.map(([, from]) => from), ...Object.keys(circle)]);
    // two floors that are planted upon each other are a circle as well
    const others = broken.filter(({ rule, from }) => rule !== 'no-circles-of-folders' && !expected.has(from));
    expect(others).toEqual([]);
    expect(new Set([...planted.map(([rule]) => rule), 'no-circles', 'no-circles-of-folders'])).toEqual(new Set(rules));
  });
});
