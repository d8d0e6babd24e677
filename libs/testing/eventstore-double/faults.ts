/** The faults that the double can be asked for. A fault lasts until it is changed, or the double is restarted. */
export class FaultSwitch {
  /** Number of the next appends that are stored and never answered. */
  unanswered = 0;
  /** Whether every call is answered that its caller has no right to it. */
  deniesAccess = false;
  private held: (() => void)[] | undefined;

  /** From here on no call is looked at and nothing is sent, as by a server that hangs; connections stay. */
  stall(): void {
    this.held ??= [];
  }

  /** Does what was held up, in its order. */
  resume(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const work of held) work();
  }

  /** Runs the work now, or when the stall is over. */
  run(work: () => void): void {
    if (this.held === undefined) work();
    else this.held.push(work);
  }

  /** Resolves when there is no stall. */
  async passed(): Promise<void> {
    if (this.held !== undefined) await new Promise<void>((resolve) => this.held?.push(resolve));
  }

  /** Whether the answer to an append is lost. */
  losesAnswer(): boolean {
    if (this.unanswered === 0) return false;
    this.unanswered -= 1;
    return true;
  }

  reset(): void {
    this.unanswered = 0;
    this.deniesAccess = false;
    this.held = undefined;
  }
}
