/** deploy/kubernetes: of the right schema, with probes, limits and least rights, and with settings that the apps accept. */
import { temporaryFolder } from '#testing';
import { bareSecrets, settingsIn, unknownSettings } from './accepted.js';
import { kubernetesFiles, kustomization, resources } from './manifests.js';
import { APART, deploymentOf, environmentOf, specOf, type Selector } from './workloads.js';

const inFolder = temporaryFolder();
const PORTS = { ingest: 4401, projector: 4402, query: 4403 } as const;

function labelsOf(app: string): Selector['matchLabels'] {
  return { 'app.kubernetes.io/name': 'hermes', 'app.kubernetes.io/component': app };
}

test('the kustomization lists every file, and holds no Secret', () => {
  expect([...kustomization().resources, 'kustomization.yaml'].sort()).toEqual([...kubernetesFiles()].sort());
  expect(resources().filter(({ kind }) => kind === 'Secret')).toEqual([]);
});

test('every object has a component, so that a rollout can go component by component', () => {
  const components = resources().map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component']);
  expect(new Set(components)).toEqual(new Set(['shared', ...APART]));
});

test.each(APART)('%s runs as the image is made for: its user, its port, nothing that it could write or gain', (app) => {
  const { spec } = deploymentOf(app).template;
  const [container] = spec.containers;
  expect(container).toMatchObject({ image: 'hermes', args: [app] });
  expect(container.ports).toEqual([{ name: 'http', containerPort: PORTS[app] }]);
  expect(spec.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(spec.automountServiceAccountToken).toBe(false);
  expect(container.volumeMounts.filter(({ readOnly }) => readOnly !== true)).toEqual([
    { name: 'tmp', mountPath: '/tmp' },
    ...(app === 'projector' ? [{ name: 'replay', mountPath: '/var/lib/hermes' }] : []),
  ]);
});

test('a rebuild has room on a disk, and stays below the limit at which its pod would be evicted', () => {
  const { HERMES_REPLAY_DIR: folder, HERMES_REPLAY_MIB: most } = environmentOf('projector');
  const { volumes, containers } = deploymentOf('projector').template.spec;
  const mount = containers[0].volumeMounts.find(({ mountPath }) => mountPath === folder);
  const volume = volumes.find(({ name }) => name === mount?.name);
  expect(volume).toMatchObject({ emptyDir: { sizeLimit: expect.stringMatching(/^\d+Gi$/) as unknown } });
  expect(volume).not.toHaveProperty('emptyDir.medium');
  expect(Number(most)).toBeLessThan(parseInt(JSON.stringify(volume).replace(/\D+/g, ''), 10) * 1024);
});

test.each(APART)('%s has probes, limits, time to drain, and is spread', (app) => {
  const { spec } = deploymentOf(app).template;
  const [{ startupProbe, livenessProbe, readinessProbe, resources: asked }] = spec.containers;
  const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => [httpGet.path, httpGet.port]);
  expect(paths).toEqual([
    ['/health/live', 'http'],
    ['/health/live', 'http'],
    ['/health/ready', 'http'],
  ]);
  for (const kind of ['requests', 'limits'] as const) {
    expect(Object.keys(asked[kind]).sort()).toEqual(['cpu', 'memory']);
  }
  // ten seconds for requests, and as long for what is in flight and the stores
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
  expect(spec.topologySpreadConstraints.map(({ topologyKey }) => topologyKey)).toEqual([
    'kubernetes.io/hostname',
    'topology.kubernetes.io/zone',
  ]);
  for (const { labelSelector } of spec.topologySpreadConstraints)
    expect(labelSelector.matchLabels).toEqual(labelsOf(app));
});

test.each(APART)('%s: Deployment, Service and disruption budget mean the same pods', (app) => {
  const { selector, template, strategy } = deploymentOf(app);
  expect([selector.matchLabels, template.metadata.labels]).toEqual([labelsOf(app), labelsOf(app)]);
  expect(specOf('Service', app)).toMatchObject({
    selector: labelsOf(app),
    ports: [{ port: PORTS[app], targetPort: 'http' }],
  });
  const budget = specOf('PodDisruptionBudget', app) as { readonly maxUnavailable: number; readonly selector: Selector };
  expect([budget.maxUnavailable, budget.selector.matchLabels]).toEqual([1, labelsOf(app)]);
  expect(strategy.rollingUpdate.maxUnavailable).toBe(0);
});

test('two of each at least, by number or by the autoscaler, never by both', () => {
  const scaled = resources().filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  expect(scaled.map(({ metadata }) => metadata.name)).toEqual(['query']);
  expect(specOf('HorizontalPodAutoscaler', 'query')).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: 'query' },
    minReplicas: 2,
  });
  expect(APART.map((app) => deploymentOf(app).replicas)).toEqual([2, 2, undefined]);
});

test.each(APART)('%s starts with its settings: known ones, all that are needed, no secret in clear', (app) => {
  const environment = environmentOf(app);
  const { volumes, containers } = deploymentOf(app).template.spec;
  expect(unknownSettings(Object.keys(environment))).toEqual([]);
  expect(bareSecrets(environment)).toEqual([]);
  // each file lies in a volume of its own Secret: no app sees what another logs in with
  const [{ volumeMounts }] = containers;
  const mounts = Object.fromEntries(volumeMounts.map(({ name, mountPath }) => [mountPath, name]));
  const secrets = Object.fromEntries(volumes.map(({ name, secret }) => [name, secret?.secretName]));
  for (const file of Object.values(environment).filter((value) => value.startsWith('/run/secrets/'))) {
    const from = secrets[mounts[file.slice(0, file.lastIndexOf('/'))] ?? ''];
    expect(from).toBe(file.endsWith('/tokens.json') ? 'hermes-tokens' : `hermes-${app}`);
  }
  const settings = settingsIn(environment, app, inFolder());
  expect([settings.port, settings.views, settings.hints]).toEqual([PORTS[app], 'mongo', []]);
});
