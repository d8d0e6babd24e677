// A small made-up house in a temporary folder, and dependency-cruiser's word on it. Only for fences.spec.ts.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path to content. */
export type Files = Readonly<Record<string, string>>;

export interface Finding {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

interface Report {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the house under the project's own rules, imports map and packages. Returns its folder. */
export function houseOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-fences-'));
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** What the fences find in a house, and the files they looked at. */
export function findings(folder: string): { readonly found: readonly Finding[]; readonly files: readonly string[] } {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cruiser, '--output-type=json', 'apps', 'libs', 'test', 'bench'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser gave no report: ${stderr}`);
  const { modules, summary } = JSON.parse(stdout) as Report;
  return {
    found: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to: toName(to) })),
    files: modules.map((module) => module.source),
  };
}

/** A package by its name, however deep in node_modules its file lies; anything else as it is. */
function toName(path: string): string {
  return path.replace(/^.*node_modules\/((@[^/]+\/)?[^/]+)\/.*/, '$1');
}
