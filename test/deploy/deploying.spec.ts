/** docs/deploying.md: its examples parse and name existing things. */
import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';
import { unknownSettings } from './accepted.js';
import { block, document, table } from '../docs/markdown.js';
import { assignments, interpolated, compose, kustomization, resources } from './manifests.js';
import { APART, deploymentOf, environmentOf } from './workloads.js';

const PAGE = 'docs/deploying.md';

interface Overlay {
  readonly images: readonly { readonly name: string }[];
  readonly configMapGenerator: readonly { readonly name: string; readonly literals: readonly string[] }[];
  readonly patches: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    readonly patch: string;
  }[];
}

interface Step {
  readonly op: 'replace' | 'add';
  readonly path: string;
}

/** What a JSON pointer leads to; undefined where nothing is there. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], value);
}

test('every shell example is shell', () => {
  const examples = [...document(PAGE).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, example = '']) => example);
  expect(examples.length).toBeGreaterThan(5);
  for (const input of examples) expect(spawnSync('bash', ['-n'], { input, encoding: 'utf8' }).stderr).toBe('');
});

test('the overlay patches existing objects, and gives known settings', () => {
  const overlay = parse(block(PAGE, 'overlay')) as Overlay;
  expect(overlay.images.map(({ name }) => name)).toEqual(kustomization().images.map(({ name }) => name));
  for (const { name, literals } of overlay.configMapGenerator) {
    expect(kustomization().configMapGenerator.map((each) => each.name)).toContain(name);
    const names = literals.map((literal) => literal.split('=')[0] ?? '');
    expect(unknownSettings(names)).toEqual([]);
    for (const each of names) expect(assignments('deploy/kubernetes/settings.env')).toHaveProperty(each);
  }
  expect(overlay.patches).toHaveLength(2);
  for (const { target, patch } of overlay.patches) {
    const patched = resources().find(({ kind, metadata }) => kind === target.kind && metadata.name === target.name);
    for (const { op, path } of parse(patch) as readonly Step[]) {
      // what is added must have a place, what is replaced must be there
      expect(at(patched, op === 'add' ? path.slice(0, path.lastIndexOf('/')) : path)).toBeDefined();
    }
  }
});

test('the Secrets are the ones the Deployments ask for, with the keys that they read', () => {
  const asked = new Map<string, Set<string>>();
  for (const app of APART) {
    const { volumes, containers } = deploymentOf(app).template.spec;
    const [{ env, volumeMounts }] = containers;
    const ask = (secret: string, key: string): unknown => asked.set(secret, (asked.get(secret) ?? new Set()).add(key));
    for (const { valueFrom } of env) if (valueFrom) ask(valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key);
    for (const file of Object.values(environmentOf(app)).filter((value) => value.startsWith('/run/secrets/'))) {
      const mount = volumeMounts.find(({ mountPath }) => file.startsWith(`${mountPath}/`));
      const secret = volumes.find(({ name }) => name === mount?.name)?.secret?.secretName ?? 'none';
      ask(secret, file.slice((mount?.mountPath.length ?? 0) + 1));
    }
  }
  const listed = table(PAGE, 'secrets').map(([name = '', keys = '']) => [
    name,
    keys.replaceAll('`', '').split(', ').sort(),
  ]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries([...asked].map(([name, keys]) => [name, [...keys].sort()])),
  );
});

test('the rights are listed for each app, with the names of the default prefix', () => {
  const rights = table(PAGE, 'rights');
  expect(rights.map(([app]) => app)).toEqual([...APART]);
  expect(interpolated(compose().services['ingest']?.environment?.['HERMES_PREFIX'] ?? '')).toBe('hermes');
  const [, , query = []] = rights;
  expect(query.slice(1, 3)).toEqual(['none', 'none']);
});
