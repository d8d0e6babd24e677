/** What use cases count as they go. The platform passes what shows the figures; called on hot paths, so it is cheap and never throws. */
export interface Meters {
  /** Events of a request that are in the journal now, and those of them that were there before. */
  logged(accepted: number, duplicates: number): void;
  /** An entry is in the views, `latencyMs` milliseconds after it was recorded. */
  visible(latencyMs: number): void;
}

/** Counts nothing. */
export const noMeters: Meters = { logged: () => undefined, visible: () => undefined };
