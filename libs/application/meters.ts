/** The meters of use cases. The platform passes an implementation that shows the figures; it is called on hot paths, so it is cheap and never throws. */
export interface Meters {
  /** Events of a request that are in the journal now, those that were there before, and the hosts that were unknown before. */
  logged(accepted: number, duplicates: number, newHosts: number): void;
  /** Repeats that said something else than the events that they repeat. */
  differing(repeats: number): void;
  /** An entry is in the views, `latencyMs` milliseconds after it was recorded. */
  visible(latencyMs: number): void;
  /** An event of the type was judged for the first time, and opened, closed and absorbed nothing (rule 7). */
  withoutEffect(type: string): void;
  /** A host was judged again and compared with the views: how many differences there are. */
  audited(differences: number): void;
  /** Messages about labors and quests that the topic of changes has acknowledged. */
  changesPublished(messages: number): void;
}

/** Counts nothing. */
export const noMeters: Meters = {
  logged: () => undefined,
  differing: () => undefined,
  visible: () => undefined,
  withoutEffect: () => undefined,
  audited: () => undefined,
  changesPublished: () => undefined,
};
