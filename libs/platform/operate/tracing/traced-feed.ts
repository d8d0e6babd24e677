/** The feed with spans for publishing and for consuming: each a child of the request that wrote the entries. */
import { streamKind, type StoredEntry } from '#contracts';
import type { BatchHandler, Feed, FeedMessage } from '#ports';
import { distinct, groupsOf, traceBatch, type TraceGroups } from './groups.js';
import type { SpanAttributes, Spans } from './spans.js';

interface Member {
  readonly partition: number;
  readonly entry: StoredEntry;
}

export function tracedFeed(feed: Feed, spans: Spans): Feed {
  return {
    partitions: feed.partitions,
    publish: async (messages) => {
      const groups = groupsOf(entriesOf(messages));
      const work = (): Promise<void> => feed.publish(messages);
      await around(spans, groups, { kind: 'producer', name: 'feed publish', work, outcome: () => 'published' });
    },
    consume: (group, handler, listener) => feed.consume(group, tracedHandler(handler, spans), listener),
    newest: () => feed.newest(),
    empty: () => feed.empty(),
    close: () => feed.close(),
  };
}

/** From a batch handed over until it is in the views, or comes again. */
function tracedHandler(handler: BatchHandler, spans: Spans): BatchHandler {
  return async (batch, signal) => {
    const groups = groupsOf(entriesOf(batch.messages));
    await around(spans, groups, {
      kind: 'consumer',
      name: 'views project',
      work: () => handler(batch, signal),
      // it is the next owner's to do
      outcome: () => (signal.aborted ? 'partition-lost' : 'stored'),
    });
  };
}

interface FeedWork {
  readonly kind: 'producer' | 'consumer';
  readonly name: string;
  readonly work: () => Promise<void>;
  readonly outcome: () => string;
}

async function around(spans: Spans, groups: TraceGroups<Member>, { outcome, ...work }: FeedWork): Promise<void> {
  if (groups.groups.length === 0) {
    await work.work();
    return;
  }
  const endOf = () => ({ attributes: { 'hermes.outcome': [outcome()] }, failure: null });
  await traceBatch(spans, groups, { ...work, attributes: attributesOf, outcome: endOf });
}

/** Ticks are of no request. */
function* entriesOf(messages: readonly FeedMessage[]): Iterable<readonly [string | undefined, Member]> {
  for (const message of messages) {
    if (message.kind === 'entry') yield [message.entry.trace, { partition: message.partition, entry: message.entry }];
  }
}

function attributesOf(members: readonly Member[]): SpanAttributes {
  const entries = members.map(({ entry }) => entry);
  const [first] = entries;
  const position = entries.reduce((last, entry) => (entry.position > last ? entry.position : last), 0n);
  return {
    'hermes.entries': members.length,
    'hermes.streams': new Set(entries.map(({ stream }) => stream)).size,
    'hermes.stream.kind': distinct(entries.map(({ stream }) => streamKind(stream).kind)),
    'hermes.position': String(position),
    'hermes.partition': distinct(members.map(({ partition }) => String(partition))),
    ...(first !== undefined && entries.every(({ stream }) => stream === first.stream)
      ? { 'hermes.stream.revision': first.revision }
      : {}),
  };
}
