/** A comparison of generations in the background of a rebuild, which keeps the new one level meanwhile. */
import type { Proof } from './prove-generations.js';

export class Proving {
  private readonly over = new AbortController();
  private proof: Proof | undefined;
  private leftNow = 0;
  private error: { readonly reason: unknown } | undefined;
  private readonly running: Promise<void>;

  constructor(signal: AbortSignal, prove: (signal: AbortSignal, left: (keys: number) => void) => Promise<Proof>) {
    const left = (keys: number): void => {
      this.leftNow = keys;
    };
    this.running = prove(AbortSignal.any([signal, this.over.signal]), left).then(
      (proof) => {
        this.proof = proof;
      },
      (reason: unknown) => {
        this.error = { reason };
      },
    );
  }

  /** Undefined while it runs. Throws what it was rejected with. */
  result(): Proof | undefined {
    if (this.error !== undefined) throw this.error.reason;
    return this.proof;
  }

  /** Hosts or quests that hold it up. */
  get left(): number {
    return this.proof === undefined ? this.leftNow : 0;
  }

  async end(): Promise<void> {
    this.over.abort();
    await this.running;
  }
}
