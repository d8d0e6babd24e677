// The fences between folders: domain < contracts < ports < application | adapters < platform < apps, and the exceptions.
// test/fences plants a violation of each rule; a rule without one fails there.
const spec = '\\.spec\\.ts$';
// these two import nothing of Hermes: specs of whole processes need no more of libs/testing, which is slow to load
const index = [
  '^libs/[^/]+/index\\.ts$',
  '^libs/adapters/[^/]+/index\\.ts$',
  '^libs/testing/(until|free-port|turns|peak-memory|any-text)\\.ts$',
];
/** Matches packages where they are installed, and by bare name where they are not. */
const packages = (...names) => `(^|node_modules/)(${names.join('|')})(/|$)`;

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const layer = (lower, ...higher) =>
  forbid(
    `layers-${lower}`,
    `${lower} knows nothing of what is built upon it`,
    { path: `^libs/${lower}/` },
    { path: `^(${[...higher.map((name) => `libs/${name}`), 'apps'].join('|')})/` },
  );

/** The floors of libs/platform, and what each may import of the others. Its index.ts is for outsiders. */
const floors = {
  settings: [],
  operate: ['settings'],
  stores: ['settings', 'operate'],
  wiring: ['settings', 'operate', 'stores'],
  http: ['settings', 'operate'],
  api: ['settings', 'operate', 'wiring', 'http'],
  openapi: ['settings', 'operate', 'http', 'api'],
  app: ['settings', 'operate', 'stores', 'wiring', 'http', 'api', 'openapi'],
};
const floor = ([name, lower]) =>
  forbid(
    `platform-${name}`,
    `of platform, ${name} stands on ${lower.join(', ') || 'nothing'}`,
    { path: `^libs/platform/${name}/` },
    { path: '^libs/platform/', pathNot: `^libs/platform/(${[name, ...lower].join('|')})/` },
  );

module.exports = {
  forbidden: [
    layer('domain', 'contracts', 'ports', 'application', 'adapters', 'platform'),
    layer('contracts', 'ports', 'application', 'adapters', 'platform'),
    layer('ports', 'application', 'adapters', 'platform'),
    layer('application', 'adapters', 'platform'),
    layer('adapters', 'application', 'platform'),
    layer('platform'),
    layer('testing'),
    ...Object.entries(floors).map(floor),
    forbid(
      'platform-floors',
      'a file of platform is on one of its floors',
      { path: '^libs/platform/', pathNot: `^libs/platform/(index\\.ts$|(${Object.keys(floors).join('|')})/)` },
      { path: '^libs/platform/' },
    ),
    forbid(
      'domain-pure',
      'the domain imports nothing but itself: no package, no module of Node',
      { path: '^libs/domain/', pathNot: spec },
      { pathNot: '^(apps|libs|test|bench)/' },
    ),
    forbid(
      'adapters-apart',
      'an adapter knows no other adapter; what the two over SQLite share is beside them',
      { path: '^libs/adapters/([^/]+)/' },
      { path: '^libs/adapters/', pathNot: '^libs/adapters/($1|sqlite)/' },
    ),
    forbid(
      'adapters-domain-types',
      'an adapter stores and hands over; it takes types from the domain, never rules',
      { path: '^libs/adapters/', pathNot: spec },
      { path: '^libs/domain/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'apps-not-adapters',
      'apps get their adapters from the wiring in platform',
      { path: '^apps/' },
      { path: '^libs/adapters/' },
    ),
    forbid(
      'apps-apart',
      'an app knows no other app',
      { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'standalone-composes',
      "standalone takes the three apps by their index, and nothing else of any app's",
      { path: '^apps/standalone/' },
      { path: '^apps/', pathNot: '^apps/(standalone/|(ingest|projector|query)/index\\.ts$)' },
    ),
    forbid(
      'outsiders-know-contracts',
      'cli and dashboard speak HTTP only: of the libraries they know contracts at most',
      { path: '^apps/(cli|dashboard)/' },
      { path: '^libs/', pathNot: '^libs/(contracts|adapters|testing)/' },
    ),
    forbid(
      'outsiders-contracts-types',
      'cli and dashboard take types from contracts, no code',
      { path: '^apps/(cli|dashboard)/', pathNot: spec },
      { path: '^libs/contracts/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'testing-for-tests',
      'libs/testing is for specs (and their helpers, which the build leaves out as well), test/ and bench/',
      { path: '^(apps|libs)/', pathNot: [spec, '/testing-[^/]+\\.ts$', '^libs/testing/'] },
      { path: '^libs/testing/' },
    ),
    forbid(
      'test-and-bench-last',
      'nothing that ships imports from test/ or bench/',
      { path: '^(apps|libs)/', pathNot: spec },
      { path: '^(test|bench)/' },
    ),
    forbid(
      'nest-outside',
      'Nest and Fastify appear in apps/ and libs/platform/ only',
      { path: '^libs/', pathNot: ['^libs/platform/', '^libs/domain/(?!.*\\.spec\\.ts$)'] },
      { path: packages('@nestjs', 'fastify', '@fastify') },
    ),
    forbid(
      'drivers-in-adapters',
      'a store or broker is spoken to by its adapter only; a double of a server speaks as its client does',
      {
        path: '^(apps|libs)/',
        pathNot: ['^libs/adapters/', '^libs/testing/eventstore-double/', '^libs/domain/(?!.*\\.spec\\.ts$)'],
      },
      {
        path: [
          packages('@photostructure/sqlite', 'kafkajs', 'mongodb', '@kurrent/kurrentdb-client'),
          '^(node:)?sqlite$',
        ],
      },
    ),
    forbid(
      'sdk-when-asked',
      'the SDK that makes traces is reached by files that are loaded only where traces are exported',
      { path: '^(apps|libs)/', pathNot: '^libs/platform/operate/tracing/(sdk|outbox)\\.' },
      { path: packages('@opentelemetry') },
    ),
    forbid(
      'no-deep-imports',
      "a library is entered by its index.ts ('#domain', '#adapters/journal-sqlite')",
      { path: '^(libs/[^/]+|apps|test|bench)/' },
      { path: '^libs/', pathNot: ['^$1/', ...index] },
    ),
    forbid('no-circles', 'two files that need each other are one thought or three', {}, { circular: true }),
    {
      ...forbid(
        'no-circles-of-folders',
        'two folders that need each other are one, or three',
        { path: '^libs/(application|platform)/' },
        { circular: true },
      ),
      scope: 'folder',
    },
    forbid('no-unknown', 'every import leads somewhere', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // imports of types count: they are dependencies of the reader, if not of the machine
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // the first makes "#domain" the source; the rest is what Node and TypeScript would pick from a package
      conditionNames: ['hermes-source', 'import', 'node', 'types', 'default'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
