/** How one store is opened: a row of the tables in `openers.ts`. Nothing of an adapter but its port shows beyond its row. */
import type { Transferable } from 'node:worker_threads';
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

/** What a thread beside needs to open a store that this process has open: data for it, and what is handed over with them. */
export interface ForBeside {
  readonly data: unknown;
  readonly transfer: readonly Transferable[];
}

export interface Opened<S> {
  readonly store: S;
  /** Called once for each thread beside, whose {@link Opener.openBeside} takes it; absent where no thread is run. */
  readonly beside?: () => ForBeside;
  /** A thread beside has found damage in it, and says what. */
  readonly damaged?: (finding: string) => void;
  /** The depth of the queues in a store of this process, at the moment of the call. */
  readonly figures?: Source;
}

/** `B`: what of the store a thread beside works with. */
export interface Opener<S, B = S> {
  /** How operators know it. */
  called(settings: Settings): string;
  /** Of a remote store: the variable that says where it is. Such a store may come later than this process, and is waited for; a file is there or is not. */
  readonly remote?: string;
  /** Throws StoreUnavailable where it is away, another Error in one clear sentence for a defect that an operator can mend. */
  open(context: OpenContext): Promise<Opened<S>>;
  /** In a thread beside; absent where none works with it. Throws as {@link open} does. */
  openBeside?(data: unknown, damaged: (finding: string) => void): Promise<B & { close(): Promise<void> }>;
}

/** Settings without a chosen store's required ones were refused before. */
export function revealed(secret: Secret | null): string {
  return secret?.reveal() ?? '';
}
