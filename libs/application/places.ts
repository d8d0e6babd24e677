/** Places that are left while their holders wait, and taken again before anybody new gets one. */
import type { Place } from './reading/reading.js';
import { Share } from './share.js';

export class Places {
  private readonly share: Share;
  /** As many as have left: what leaves a place is bounded where it waits. */
  private readonly comingBack = new Map<HeldPlace, () => void>();

  /** One holder has at most three quarters of `most`. */
  constructor(most: number) {
    this.share = new Share(most);
  }

  /** How many are held. */
  get size(): number {
    return this.share.size;
  }

  /** A place for `holder`; undefined where all are held, or this holder has its share of them. */
  enter(holder: string): HeldPlace | undefined {
    return this.share.take(holder) ? new HeldPlace(holder, this) : undefined;
  }

  /** For `holder`, one that is left: it holds none until it has come back. */
  join(holder: string): HeldPlace {
    return new HeldPlace(holder, this, 'left');
  }

  /** @internal */
  take({ holder }: HeldPlace): boolean {
    return this.share.take(holder);
  }

  /** @internal */
  give({ holder }: HeldPlace): void {
    this.share.give(holder);
    for (const [place, taken] of this.comingBack) {
      if (!this.take(place)) continue;
      this.comingBack.delete(place);
      taken();
      return;
    }
  }

  /** Calls `taken` once there is a place, or the place is over. @internal */
  await(place: HeldPlace, taken: () => void): void {
    this.comingBack.set(place, taken);
  }

  /** @internal */
  forget(place: HeldPlace): void {
    const taken = this.comingBack.get(place);
    this.comingBack.delete(place);
    taken?.();
  }
}

export class HeldPlace implements Place {
  constructor(
    readonly holder: string,
    private readonly places: Places,
    private state: 'held' | 'left' | 'over' = 'held',
  ) {}

  get isHeld(): boolean {
    return this.state === 'held';
  }

  leave(): void {
    if (this.state !== 'held') return;
    this.state = 'left';
    this.places.give(this);
  }

  async comeBack(): Promise<void> {
    if (this.state !== 'left') return;
    if (this.places.take(this)) this.state = 'held';
    else
      await new Promise<void>((taken) => {
        this.places.await(this, () => {
          // else it came to its end meanwhile
          if (this.state === 'left') this.state = 'held';
          taken();
        });
      });
  }

  /** It is not needed any more: who waits to come back goes on without it. */
  end(): void {
    const { state } = this;
    this.state = 'over';
    if (state === 'held') this.places.give(this);
    else if (state === 'left') this.places.forget(this);
  }
}
