/** What deploy/ and docker-compose.yml say, read for the specs beside this file. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const ROOT = resolve(import.meta.dirname, '../..');
const KUBERNETES = 'deploy/kubernetes';

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export interface Service {
  readonly image: string;
  readonly restart: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy: {
    readonly replicas?: number;
    readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } };
  };
}

/** Of Kubernetes' objects what more than one spec looks at; the schema is checked in kubernetes.spec.ts. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: unknown;
}

export interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
  readonly configMapGenerator: readonly { readonly name: string; readonly envs: readonly string[] }[];
}

export function text(path: string): string {
  return readFileSync(resolve(ROOT, path), 'utf8');
}

export function compose(): Compose {
  return parse(text('docker-compose.yml'), { merge: true }) as Compose;
}

export function kustomization(): Kustomization {
  return parse(text(`${KUBERNETES}/kustomization.yaml`)) as Kustomization;
}

/** Every object of every file that the kustomization lists; throws at the first fault of YAML. */
export function resources(): readonly Resource[] {
  return kustomization().resources.flatMap((file) =>
    parseAllDocuments(text(`${KUBERNETES}/${file}`), { version: '1.2' }).map((document) => {
      const [fault] = [...document.errors, ...document.warnings];
      if (fault !== undefined) throw fault;
      return document.toJS() as Resource;
    }),
  );
}

export function kubernetesFiles(): readonly string[] {
  return readdirSync(resolve(ROOT, KUBERNETES)).filter((name) => name.endsWith('.yaml'));
}

/** The lines `NAME=value` of a file. */
export function assignments(path: string): Readonly<Record<string, string>> {
  const lines = text(path).split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A variable of compose as it is where nothing is set: `${NAME:-default}` is its default. */
export function interpolated(value: string): string {
  return value.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
}
