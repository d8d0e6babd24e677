/** Whether a process traces, and which stores are wrapped. Without an endpoint nothing of the SDK is loaded, and nothing is wrapped. */
import type { FactoryProvider } from '@nestjs/common';
import type { Log } from '#application';
import type { Settings } from '../settings/settings.js';
import type { Stores } from '../stores/stores.js';
import { INGEST, PROJECTOR, READING } from './tokens.js';
import type { Spans } from '../operate/tracing/spans.js';
import { tracedFeed } from '../operate/tracing/traced-feed.js';
import { tracedJournal } from '../operate/tracing/traced-journal.js';

export interface TracingParts {
  readonly settings: Pick<Settings, 'traces'>;
  /** The app's name for traces, after the parts that it serves. */
  readonly useCases: readonly Pick<FactoryProvider, 'provide'>[];
  readonly log: Log;
}

/** Null where nothing is traced. */
export async function startTracing({ settings: { traces }, useCases, log }: TracingParts): Promise<Spans | null> {
  if (traces === null) return null;
  const { openSpans } = await import('../operate/tracing/sdk.js');
  return openSpans(traces, serviceOf(useCases), log);
}

/** Spans around appending, publishing and projecting. Closing closes the given stores. */
export function tracedStores({ journal, feed, ...others }: Stores, spans: Spans): Stores {
  return {
    ...others,
    ...(journal && { journal: tracedJournal(journal, spans) }),
    ...(feed && { feed: tracedFeed(feed, spans) }),
  };
}

/** Each app by itself, or several in one process. */
function serviceOf(useCases: TracingParts['useCases']): string {
  const served = [
    { token: INGEST, service: 'hermes-ingest' },
    { token: PROJECTOR, service: 'hermes-projector' },
    { token: READING, service: 'hermes-query' },
  ].filter(({ token }) => useCases.some(({ provide }) => provide === token));
  const [first] = served;
  return served.length === 1 && first !== undefined ? first.service : 'hermes-standalone';
}
