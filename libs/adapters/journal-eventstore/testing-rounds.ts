/** Counts how often the adapter has waited for its store: calls side by side are one round, a call that followed an answer begins the next. */
import type { CallObserver } from './appends.js';

export class Rounds {
  count = 0;
  private answered = true;

  readonly observe: CallObserver = () => {
    if (this.answered) {
      this.count += 1;
      this.answered = false;
    }
    const round = this.count;
    return () => {
      if (round === this.count) this.answered = true;
    };
  };
}
