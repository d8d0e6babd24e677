/** The report of a run: a table for people, JSON for programs. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { Size } from './baseline.js';
import type { Figure } from './figure.js';

/** On a machine with this load per core, figures say little about Hermes. */
const BUSY_PER_CORE = 0.3;

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGib: number;
  readonly node: string;
  /** Mean number of running tasks over the minute before. */
  readonly load: number;
  readonly busy: boolean;
}

export function machineNow(): Machine {
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  return {
    cores,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: Math.round(load * 100) / 100,
    busy: load > cores * BUSY_PER_CORE,
  };
}

export function machineLine({ cores, cpu, memoryGib, node, load, busy }: Machine): string {
  const at = busy ? `, UNDER LOAD (${load}): take the ratios, not the times` : '';
  return `${cores} cores (${cpu}), ${memoryGib} GiB, Node ${node}${at}`;
}

export function figureLine({ name, ours, floor, ratio, spread, aim, notes = [] }: Figure): string {
  const beside = floor === null ? '' : `  floor ${floor}`;
  const range = spread === null ? '' : ` (${spread[0].toFixed(2)}–${spread[1].toFixed(2)})`;
  const share = ratio === null ? '' : `  ratio ${ratio.toFixed(2)}${range}`;
  const wanted = aim === null ? '' : `  aim ${aim.says} ${aim.met ? 'met' : 'NOT MET'}`;
  const beneath = notes.map((note) => `\n    ${note}`).join('');
  return `  ${name.padEnd(34)} ${ours}${beside}${share}${wanted}${beneath}`;
}

export function writeJson(file: string, size: Size, machine: Machine, figures: readonly Figure[]): void {
  writeFileSync(file, `${JSON.stringify({ size, machine, figures }, null, 2)}\n`);
}
