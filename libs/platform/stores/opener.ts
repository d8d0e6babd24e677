/** How one store is opened: a row of the tables in `openers.ts`. Nothing of an adapter but its port shows beyond its row. */
import type { Log } from '#application';
import type { Source } from '../operate/metrics/metrics.js';
import type { Secret } from '../settings/secret.js';
import type { Settings } from '../settings/settings.js';

export interface OpenContext {
  readonly settings: Settings;
  readonly log: Log;
  /** The views are rebuilt, whatever their file holds. */
  readonly rebuildViews: boolean;
  /** Whether embedded views have a separate thread. */
  readonly threads: boolean;
  /** Called where an open store is found damaged, with a sentence for the operator. */
  readonly damaged: (reason: string) => void;
}

export interface Opened<S> {
  readonly store: S;
  /** The depth of the queues in a store of this process, at the moment of the call. */
  readonly figures?: Source;
}

export interface Opener<S> {
  /** How operators know it. */
  called(settings: Settings): string;
  /** Of a remote store: the variable that says where it is. Such a store may come later than this process, and is waited for; a file is there or is not. */
  readonly remote?: string;
  /** Throws StoreUnavailable where it is away, another Error in one clear sentence for a defect that an operator can mend. */
  open(context: OpenContext): Promise<Opened<S>>;
}

/** Settings without a chosen store's required ones were refused before. */
export function revealed(secret: Secret | null): string {
  return secret?.reveal() ?? '';
}
