/** Specs of whole processes are started first: one of them may take minutes, and none should be waited for in the end. */

interface Spec {
  readonly path: string;
  readonly bytes: number;
}

interface Sequencer {
  sort<Test>(tests: readonly Test[]): readonly Test[];
}
const SCRIPT: string = '../../scripts/whole-processes-first.mjs';
const { default: WholeProcessesFirst } = (await import(SCRIPT)) as { default: new (options: object) => Sequencer };

/** In the order in which jest starts them where it knows no durations. */
function startedOf(specs: readonly Spec[]): readonly string[] {
  const context = {
    config: { cacheDirectory: '/nowhere', id: 'none', haste: {}, testSequencer: '' },
    hasteFS: { getSize: (path: string) => specs.find((spec) => spec.path === path)?.bytes ?? 0 },
  };
  const sequencer = new WholeProcessesFirst({ contexts: [], globalConfig: {} });
  return sequencer.sort(specs.map(({ path }) => ({ path, context }))).map(({ path }) => path);
}

test('a short file that starts whole processes is started before a long one that does not; alike, the longer first', () => {
  const specs = [
    { path: '/a/large.spec.ts', bytes: 9000 },
    { path: '/a/rounds.e2e.spec.ts', bytes: 2000 },
    { path: '/a/small.spec.ts', bytes: 500 },
    { path: '/a/wire.e2e.spec.ts', bytes: 8000 },
  ];
  expect(startedOf(specs)).toEqual([
    '/a/wire.e2e.spec.ts',
    '/a/rounds.e2e.spec.ts',
    '/a/large.spec.ts',
    '/a/small.spec.ts',
  ]);
});
