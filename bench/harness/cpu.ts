/** Who has the processors while something is measured: each process's share of one core, from /proc. */
import { readFileSync } from 'node:fs';

/** Of the kernel's clock for processes, wherever Linux runs. */
const TICKS_PER_S = 100;

/** A name for each process that is looked at. */
export type Processes = Readonly<Record<string, number>>;

interface Sample {
  readonly atMs: number;
  readonly ticks: Readonly<Record<string, number>>;
  readonly busyTicks: number;
}

export class CpuShares {
  private readonly spentTicks = new Map<string, number>();
  private busyTicks = 0;
  private ms = 0;

  /** `processes` is asked each time: some come and go. */
  constructor(
    private readonly processes: () => Processes,
    private readonly proc = '/proc',
  ) {}

  /** Adds what is spent while `work` is done. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const before = this.sample();
    try {
      return await work();
    } finally {
      this.add(before, this.sample());
    }
  }

  /** Percent of one core by name, and how busy all cores were, others' work included; null where there is no /proc. */
  line(of: string): string | null {
    if (this.ms === 0) return null;
    const percent = (ticks: number): string => `${Math.round((ticks * 100_000) / (TICKS_PER_S * this.ms))} %`;
    const each = [...this.spentTicks].map(([name, ticks]) => `${name} ${percent(ticks)}`);
    return `cpu of ${of}, 100 % is a core: ${each.join(', ')}; the whole machine ${percent(this.busyTicks)}`;
  }

  private add(before: Sample | undefined, after: Sample | undefined): void {
    if (before === undefined || after === undefined) return;
    this.ms += after.atMs - before.atMs;
    this.busyTicks += after.busyTicks - before.busyTicks;
    for (const [name, ticks] of Object.entries(after.ticks)) {
      // one that began meanwhile had nothing before
      const spent = ticks - (before.ticks[name] ?? 0);
      this.spentTicks.set(name, (this.spentTicks.get(name) ?? 0) + spent);
    }
  }

  private sample(): Sample | undefined {
    const busy = this.read('stat');
    if (busy === undefined) return undefined;
    const ticks: Record<string, number> = {};
    for (const [name, pid] of Object.entries(this.processes())) {
      const stat = this.read(`${pid}/stat`);
      if (stat !== undefined) ticks[name] = ticksOf(stat);
    }
    return { atMs: performance.now(), ticks, busyTicks: busyTicksOf(busy) };
  }

  private read(file: string): string | undefined {
    try {
      return readFileSync(`${this.proc}/${file}`, 'utf8');
    } catch {
      return undefined;
    }
  }
}

/** Of `/proc/<pid>/stat`: user and system time of all its threads. The name before may hold anything, in brackets. */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Of `/proc/stat`: what all cores did that was no waiting. */
function busyTicksOf(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? [];
  return user + nice + system + irq + softirq + steal;
}
