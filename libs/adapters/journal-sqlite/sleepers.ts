/** Subscribers at the journal's end: they sleep until an append, the close or their own signal wakes them. */

export class Sleepers {
  private readonly asleep = new Set<() => void>();

  /** Call it in the same turn in which the end was seen: then no append goes unnoticed. */
  sleep(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.asleep.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
      this.asleep.add(wake);
    });
  }

  wake(): void {
    for (const wake of [...this.asleep]) wake();
  }
}
