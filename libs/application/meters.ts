/** What use cases count as they go. The platform passes what shows the figures; called on hot paths, so it is cheap and never throws. */
export interface Meters {
  /** Events that now stand in the journal for whoever asked for them, and those that stood there before. */
  logged(accepted: number, duplicates: number): void;
  /** An entry is in the views, `latencyMs` milliseconds after it was recorded. */
  visible(latencyMs: number): void;
}

/** Counts nothing. */
export const noMeters: Meters = { logged: () => undefined, visible: () => undefined };
