/** The exceptions of the ports. Trying again later may succeed. */

/** A store is away, full, or closed. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  /** `store` is the port's name; `reason` a sentence for the operator, without secrets. The driver's error goes into `cause`, for the log only. */
  constructor(
    readonly store: 'journal' | 'feed' | 'views',
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${store} unavailable: ${reason}`, options);
  }
}

/** A store is there, and is asked for more than it does at once: of what this call asks for. */
export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';

  /** `reason`: a sentence for who asks, with what to do. */
  constructor(
    readonly store: 'views',
    readonly reason: string,
  ) {
    super(`${store} overloaded: ${reason}`);
  }
}
