/**
 * The views: documents derived from the journal, in generations. Four ports, because who reads must not write, who projects
 * must not move the pointer, and a generation that is loaded is not there for either. `viewsContract` in testing holds adapters to the laws (P2, P3, P5–P7).
 * Only single-document guarantees are asked for; an adapter may use more, nothing relies on it.
 * All calls may throw StoreUnavailable; calls that name a missing or dropped generation throw {@link GenerationGone}.
 * Answers are snapshots; arguments are not kept or changed.
 */
import type { ViewsControl } from './control.js';
import type { ViewsLoader } from './loader.js';
import type { ViewsReader } from './reader.js';
import type { ViewsWriter } from './writer.js';

export * from './behind.js';
export * from './changes.js';
export * from './control.js';
export * from './generation-gone.js';
export * from './loader.js';
export * from './past.js';
export * from './reader.js';
export * from './stored.js';
export * from './writer.js';

/** One store behind its four interfaces. */
export interface Views {
  readonly control: ViewsControl;
  readonly loader: ViewsLoader;
  readonly writer: ViewsWriter;
  readonly reader: ViewsReader;
  close(): Promise<void>;
}
