/** A promise that is waited for in turns: for the journal's next entries, or the next tick, whichever comes first. */

/** The value of a promise, asked for again and again without adding handlers to a promise that stays pending. */
export class Arrival<T> {
  private outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  private wake: (() => void) | undefined;

  constructor(promise: Promise<T>) {
    promise.then(
      (value) => {
        this.arrive({ value });
      },
      (error: unknown) => {
        this.arrive({ error });
      },
    );
  }

  /** The value, or undefined after `ms` milliseconds; throws the error that the promise rejects with. */
  async within(ms: number): Promise<T | undefined> {
    if (this.outcome === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    if (this.outcome === undefined) return undefined;
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }

  private arrive(outcome: { readonly value: T } | { readonly error: unknown }): void {
    this.outcome = outcome;
    this.wake?.();
  }
}
