/**
 * deploy/kubernetes against Kubernetes' own schemas, without a cluster: by their validators (formats, enumerations), and
 * by their types, since only the compiler finds a field that does not exist.
 */
import { createRequire } from 'node:module';
import ts from 'typescript';
import { resolve } from 'node:path';
import { resources, ROOT, type Resource } from './manifests.js';

const load = createRequire(import.meta.url);
/** Where the package has models of an API group. */
const GROUPS: Readonly<Record<string, string>> = {
  v1: 'kubernetes-models/v1',
  'apps/v1': 'kubernetes-models/apps/v1',
  'autoscaling/v2': 'kubernetes-models/autoscaling/v2',
  'policy/v1': 'kubernetes-models/policy/v1',
  'networking.k8s.io/v1': 'kubernetes-models/networking.k8s.io/v1',
  'gateway.networking.k8s.io/v1': '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1',
};

type Model = new (data: unknown) => { validate(): void };

const all = resources();

function moduleOf({ apiVersion, kind }: Resource): string {
  const group = GROUPS[apiVersion];
  if (group === undefined) throw new Error(`no schema of ${apiVersion} ${kind}: add it to GROUPS`);
  return `${group}/${kind}`;
}

function validate(resource: Resource): void {
  const models = load(moduleOf(resource)) as Readonly<Record<string, Model>>;
  const Kind = models[resource.kind];
  if (Kind === undefined) throw new Error(`there is no model of ${resource.kind}`);
  new Kind(resource).validate();
}

/** What the compiler says of these objects, each written out as a constant of its type. */
function faultsOfTypes(objects: readonly Resource[]): readonly string[] {
  const source = objects
    .map((object, index) => {
      const type = `import('${moduleOf(object)}').I${object.kind}`;
      return `export const object${index}: ${type} = ${JSON.stringify(object)};`;
    })
    .join('\n');
  const file = resolve(ROOT, 'test/deploy/written-out.ts');
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { fileExists: host.fileExists.bind(host), getSourceFile: host.getSourceFile.bind(host) };
  host.fileExists = (name) => name === file || onDisk.fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2023) : onDisk.getSourceFile(name, ...rest);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function named(name: string): Resource {
  const found = all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  if (found === undefined) throw new Error(`there is no Deployment ${name}`);
  return found;
}

test.each(all.map((resource) => [`${resource.kind} ${resource.metadata.name}`, resource] as const))(
  '%s is valid',
  (_name, resource) => {
    validate(resource);
  },
);

test('no object has a field that its type does not know', () => {
  expect(faultsOfTypes(all)).toEqual([]);
}, 60_000);

test('both ways of checking find what they are there for', () => {
  const ingest = named('ingest');
  const without = { ...ingest, spec: { ...(ingest.spec as object), replicas: 'two' } };
  expect(() => {
    validate(without);
  }).toThrow(/replicas/);
  const misspelt = { ...ingest, spec: { ...(ingest.spec as object), replica: 2 } };
  expect(faultsOfTypes([misspelt]).join()).toMatch(/replica.*does not exist/);
}, 60_000);
