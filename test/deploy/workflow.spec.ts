/** .github/workflows/ci.yml: real servers are those of compose, and the lane has the addresses of all of them. */
import { parse } from 'yaml';
import { compose, text } from './manifests.js';

interface Job {
  readonly services?: Readonly<Record<string, { readonly image: string }>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}

const WORKFLOW = '.github/workflows/ci.yml';
const { jobs } = parse(text(WORKFLOW)) as { readonly jobs: Readonly<Record<string, Job>> };

test('the lane of servers runs on the images of compose', () => {
  const { services } = compose();
  const job = jobs['real-servers'];
  expect(job?.services?.['eventstore']?.image).toBe(services['eventstore']?.image);
  expect(job?.services?.['kafka']?.image).toBe(services['kafka']?.image);
  expect(job?.steps.map(({ run = '' }) => run).join('\n')).toContain(
    ` ${services['mongo']?.image ?? 'none'} --replSet`,
  );
  expect(Object.keys(job?.env ?? {}).sort()).toEqual([
    'HERMES_TEST_EVENTSTORE',
    'HERMES_TEST_KAFKA',
    'HERMES_TEST_MONGO',
  ]);
  expect(job?.steps.at(-1)?.run).toBe('npm run test:servers');
});

test('the stack is built, started until healthy, and played on', () => {
  const runs = jobs['image-and-stack']?.steps.map(({ run = '' }) => run).join('\n') ?? '';
  for (const command of ['make-secrets.mjs', 'docker compose up --build --wait', 'play-first-minute.mjs']) {
    expect(runs).toContain(command);
  }
});

test('scripts of package.json and files that it calls are there', () => {
  const scripts = (JSON.parse(text('package.json')) as { scripts: Record<string, string> }).scripts;
  const called = [...text(WORKFLOW).matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
  expect(called.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  for (const [, file = ''] of text(WORKFLOW).matchAll(/node (deploy\/\S+\.mjs)/g)) expect(text(file)).not.toBe('');
});
