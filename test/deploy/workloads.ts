/** The three apps as Kubernetes runs them: what the specs ask of a Deployment. */
import { assignments, kustomization, resources } from './manifests.js';

export const APART = ['ingest', 'projector', 'query'] as const;

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly Variable[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: Readonly<Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }>>;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly topologySpreadConstraints: readonly { readonly topologyKey: string; readonly labelSelector: Selector }[];
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

export interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

export interface DeploymentSpec {
  readonly replicas?: number;
  readonly selector: Selector;
  readonly strategy: { readonly rollingUpdate: { readonly maxUnavailable: number } };
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: PodSpec;
  };
}

/** The spec of the one object of this kind and name. */
export function specOf(kind: string, name: string): unknown {
  const found = resources().filter((each) => each.kind === kind && each.metadata.name === name);
  if (found.length !== 1) throw new Error(`there are ${found.length} of ${kind} ${name}`);
  return found[0]?.spec;
}

export function deploymentOf(app: string): DeploymentSpec {
  return specOf('Deployment', app) as DeploymentSpec;
}

/** The environment of an app's container; what comes from a Secret is a word that says so. */
export function environmentOf(app: string): Readonly<Record<string, string>> {
  const [container] = deploymentOf(app).template.spec.containers;
  const shared = container.envFrom.flatMap(({ configMapRef: { name } }) =>
    kustomization()
      .configMapGenerator.filter((each) => each.name === name)
      .flatMap(({ envs }) => envs.map((file) => assignments(`deploy/kubernetes/${file}`))),
  );
  if (shared.length !== container.envFrom.length)
    throw new Error(`${app} has settings of a ConfigMap that is not there`);
  const own = container.env.map(({ name, value, valueFrom }) => [
    name,
    value ?? `from-${valueFrom?.secretKeyRef.key ?? 'nowhere'}`,
  ]);
  return { ...Object.assign({}, ...shared), ...Object.fromEntries(own) } as Record<string, string>;
}
