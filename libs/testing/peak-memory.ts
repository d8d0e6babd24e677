/** The most memory that a process held, as the kernel counts it: all of its threads, and what it shares with others in full. Linux only. */
import { readFileSync, writeFileSync } from 'node:fs';

/** To `/proc/<pid>/clear_refs`: the peak becomes the present value. */
const FORGET_PEAK = '5';

export class PeakMemory {
  constructor(private readonly pid: number) {}

  /** From now on. */
  begin(): void {
    writeFileSync(`/proc/${this.pid}/clear_refs`, FORGET_PEAK);
  }

  /** Since {@link begin}, or its start; in MiB. */
  mib(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  }
}
