/** docker-compose.yml: pinned, gated by health, with least rights, and with settings that the apps accept. */
import { temporaryFolder } from '#testing';
import { bareSecrets, settingsIn, unknownSettings } from './accepted.js';
import { assignments, compose, interpolated, kustomization, text, type Service } from './manifests.js';
import { APART } from './workloads.js';

const { services, networks, volumes, secrets } = compose();
const STORES = ['eventstore', 'kafka', 'mongo'];
const entries = Object.entries(services);
const withoutState = entries.filter(([name]) => !STORES.includes(name));
const inFolder = temporaryFolder();

function environmentOf({ environment = {} }: Service): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolated(value)]));
}

function service(name: string): Service {
  const found = services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

test('there are two ingests, two projectors and a query, over three stores, behind a router', () => {
  expect(Object.keys(services).sort()).toEqual(
    [...STORES, 'mongo-setup', ...APART, 'router'].sort((a, b) => (a < b ? -1 : 1)),
  );
  expect(APART.map((app) => service(app).deploy.replicas)).toEqual([2, 2, 1]);
  expect(APART.map((app) => service(app).command)).toEqual(APART.map((app) => [app]));
});

test.each(entries)('%s: an exact image, limits, a restart policy, no privileges', (name, each) => {
  expect(interpolated(each.image)).toMatch(/:\d+\.\d+\.\d+(?:-[a-z]+)?$/);
  expect(Object.keys(each.deploy.resources.limits)).toEqual(['cpus', 'memory']);
  expect(each.restart).toBe(name === 'mongo-setup' ? 'on-failure' : 'unless-stopped');
  expect(each.cap_drop).toEqual(['ALL']);
  expect(each.security_opt).toEqual(['no-new-privileges:true']);
  expect(each.networks.filter((network) => networks[network] === undefined)).toEqual([]);
  expect((each.secrets ?? []).filter((secret) => secrets[secret] === undefined)).toEqual([]);
});

test.each(withoutState)('%s has a read-only root with /tmp in memory', (_name, each) => {
  expect([each.read_only, each.tmpfs]).toEqual([true, ['/tmp']]);
});

test('a rebuild has room on a disk, of each projector’s own, and not in memory', () => {
  const { environment = {}, volumes: mounted = [], tmpfs = [] } = service('projector');
  expect(mounted).toEqual([environment['HERMES_REPLAY_DIR']]);
  expect(tmpfs).not.toContain(environment['HERMES_REPLAY_DIR']);
  // the image's user has it
  expect(text('Dockerfile')).toContain(`chown 1000:1000 ${mounted[0]}\n`);
});

test.each(STORES)('%s publishes no port, keeps its data in named volumes, and no other network reaches it', (name) => {
  const { ports, volumes: mounted = [], networks: reached } = service(name);
  expect(ports).toBeUndefined();
  expect(mounted.length).toBeGreaterThan(0);
  for (const mount of mounted) expect(volumes[mount.split(':')[0] ?? '']).toEqual({});
  expect(reached.map((network) => networks[network]?.internal)).toEqual([true]);
});

test('the router alone reaches outside, on loopback', () => {
  expect(entries.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['router']);
  expect(service('router').ports?.map(interpolated)).toEqual(['127.0.0.1:4400:4400']);
  const outside = entries.filter(([, each]) => each.networks.some((network) => networks[network]?.internal !== true));
  expect(outside.map(([name]) => name)).toEqual(['router']);
});

test('everything that runs has a health check, and everything that depends waits for it', () => {
  const unchecked = entries.filter(([, { healthcheck }]) => healthcheck === undefined).map(([name]) => name);
  expect(unchecked).toEqual(['mongo-setup']);
  const waits = entries.flatMap(([, { depends_on: on = {} }]) => Object.entries(on));
  for (const [name, { condition }] of waits) {
    expect(condition).toBe(name === 'mongo-setup' ? 'service_completed_successfully' : 'service_healthy');
  }
  const waitedFor = (name: string): string[] => Object.keys(service(name).depends_on ?? {}).sort();
  expect(waitedFor('ingest')).toEqual(['eventstore', 'kafka', 'mongo-setup']);
  expect(waitedFor('projector')).toEqual(['eventstore', 'kafka', 'mongo-setup']);
  expect(waitedFor('query')).toEqual(['mongo-setup']);
  expect(waitedFor('router')).toEqual([...APART]);
});

test.each(APART)('%s starts with its settings: known ones, all that are needed, no secret in clear', (app) => {
  const { environment = {}, secrets: given = [] } = service(app);
  expect(unknownSettings(Object.keys(environment))).toEqual([]);
  expect(bareSecrets(environment)).toEqual([]);
  const files = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
  expect(files.map((file) => file.replace('/run/secrets/', '')).sort()).toEqual([...given].sort());
  const settings = settingsIn(environmentOf(service(app)), app, inFolder());
  expect(settings.port).toBe({ ingest: 4401, projector: 4402, query: 4403 }[app]);
  expect(settings.views).toBe('mongo');
  expect(settings.hints).toEqual([]);
});

test('ingest and query read the views by a user who can do no more', () => {
  const url = (app: string): string | undefined => service(app).environment?.['HERMES_MONGO_URL_FILE'];
  expect(APART.map(url)).toEqual(['mongo_query_url', 'mongo_url', 'mongo_query_url'].map((f) => `/run/secrets/${f}`));
  const setup = text('deploy/compose/mongo-setup.js');
  expect(setup).toContain("give('hermes', password('mongo_password'), 'readWrite')");
  expect(setup).toContain("give('hermes-query', password('mongo_query_password'), 'read')");
});

test('.env.example lists what compose reads, with the same defaults', () => {
  const read = [...text('docker-compose.yml').matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(assignments('.env.example')).toEqual(Object.fromEntries(read));
  expect(text('docker-compose.yml').match(/\$\{[A-Z_]+\}/)).toBeNull();
});

test('the image has the version of the package, in compose, in Kubernetes and by itself', () => {
  const { version } = JSON.parse(text('package.json')) as { version: string };
  expect(interpolated(service('ingest').image)).toBe(`hermes:${version}`);
  expect(kustomization().images).toEqual([{ name: 'hermes', newName: 'hermes', newTag: version }]);
  expect(text('Dockerfile')).toContain(`ARG VERSION=${version}\n`);
});
