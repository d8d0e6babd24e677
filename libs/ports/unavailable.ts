/** The one exception of the ports: a store is away, full, or closed. Trying again later may succeed. */
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
