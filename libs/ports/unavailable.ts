/** The exceptions of the ports: a store is away, full, or closed, or asked for too much; trying again later may succeed. Or it is damaged. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';

  /** `store` is the port's name; `reason` a sentence for the operator, without secrets. The driver's error goes into `cause`, for the log only. */
  constructor(
    readonly store: 'journal' | 'feed' | 'views',
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${store} unavailable: ${reason}`, options);
  }
}

/** The disk of a store has no room, or no more of it may be used: nothing was stored. An operator has to make room. */
export class StoreFull extends StoreUnavailable {
  override readonly name = 'StoreFull';
}

/** A store is there, and is asked for more than it does at once: of what this call asks for. */
export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';

  /**
   * `reason`: a sentence for who asks, with what to do. `why`: because of what others ask for, so that the same may be answered
   * soon; or because of this question alone, which asked again takes as long again.
   */
  constructor(
    readonly store: 'views',
    readonly reason: string,
    readonly why: 'busy' | 'too-much',
  ) {
    super(`${store} overloaded: ${reason}`);
  }
}

const MENDING = {
  journal: 'the journal is damaged (%): stop Hermes and restore it from a backup',
  views: 'the views are damaged (%): stop Hermes and start it once with --rebuild',
} as const;

/**
 * A store holds something else than was written to it. Waiting does not mend it: an operator has to act, and the reason
 * says how. It is a StoreUnavailable, because all work with the store has to wait for that.
 */
export class StoreDamaged extends StoreUnavailable {
  override readonly name = 'StoreDamaged';

  /** `finding`: what was found, without secrets. */
  constructor(
    override readonly store: keyof typeof MENDING,
    readonly finding: string,
    options?: ErrorOptions,
  ) {
    super(
      store,
      MENDING[store].replace('%', () => finding),
      options,
    );
  }
}
