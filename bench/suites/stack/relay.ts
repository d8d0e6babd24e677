/** From the journal to Kafka by the relay, beside a plain producer of the same messages. */
import { openKafkaFeed } from '#adapters/feed-kafka';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { createRelay, silentLog } from '#application';
import type { Position, StoredEntry } from '#contracts';
import type { Feed, Journal } from '#ports';
import { Computing } from '../../harness/computing.js';
import type { Benchmark, Context } from '../../harness/context.js';
import { CpuShares } from '../../harness/cpu.js';
import { atLeast, onDouble, type Aim, type Figure } from '../../harness/figure.js';
import { interleave, sameForBoth, throughput, timed } from '../../harness/rounds.js';
import { appendHistory, catalogueWrite, History, mustAppend } from '../../load/history.js';
import { PlainProducer } from '../../load/plain-producer.js';
import { newPrefix, openPatientJournal, serverOf, type Server } from '../../load/servers.js';
import { REMOTE_PACE_MS, REMOTE_PARTITIONS } from '../../load/stack.js';
import { until } from '../../load/until.js';

const LEAST_RATIO = 0.7;

export const relay: Benchmark = {
  name: 'stack/relay',
  about: 'entries of a journal published on Kafka by the relay, beside a plain producer of the same messages',
  async run(context) {
    const kafka = await serverOf(context, 'kafka');
    const eventstore = await serverOf(context, 'eventstore');
    const embedded = await openSqliteJournal({ file: context.path('relay-journal.db') });
    const remote = await openPatientJournal(eventstore, newPrefix('relay'));
    try {
      const [seen, computing] = await figures(context, 'eventstore', remote, kafka, eventstore);
      return [
        ...(await figures(context, 'sqlite', embedded, kafka)),
        eventstore.isDouble ? onDouble(seen, eventstore.called) : seen,
        computing,
      ];
    } finally {
      await embedded.close();
      await remote.close();
    }
  },
};

async function figures(
  context: Context,
  name: string,
  journal: Journal,
  kafka: Server,
  eventstore?: Server,
): Promise<readonly [Figure, Figure]> {
  const brokers = kafka.address.split(',');
  const feed = await openKafkaFeed({ brokers, prefix: newPrefix('relay'), partitions: REMOTE_PARTITIONS });
  const plain = await PlainProducer.open(brokers, newPrefix('plain'), REMOTE_PARTITIONS);
  const processes = { ...kafka.processes, ...eventstore?.processes, 'relay or producer': process.pid };
  const shares = { ours: new CpuShares(() => processes), floor: new CpuShares(() => processes) };
  const computing = new Computing();
  const history = new History(10_000, 3);
  await mustAppend(journal, [catalogueWrite()]);
  const entries = context.size(eventstore?.isDouble === true ? 3000 : 10_000, 300);
  // stored before either side of a round is timed
  const next = sameForBoth(async () => {
    const { position } = await journal.head();
    await appendHistory(journal, history, entries);
    return readAfter(journal, position);
  });
  try {
    const rounds = await interleave({
      rounds: context.size(eventstore?.isDouble === true ? 3 : 5, 1),
      floor: async () => {
        const messages = plain.messagesOf(journal.identity, await next());
        return shares.floor.during(() => computing.of('floor', () => timed(() => plain.send(messages))));
      },
      ours: async () => {
        await next();
        return shares.ours.during(() => computing.of('ours', () => relayToHead(journal, feed)));
      },
      onRound: (round) => {
        context.progress(`relay from ${name}: round ${round}`);
      },
    });
    const seen = throughput(`stack/relay-${name}`, rounds, {
      ...{ count: entries, things: 'messages', least: LEAST_RATIO },
      notes: [shares.ours.line('the relay'), shares.floor.line('the plain producer')],
    });
    const aimOf = (ratio: number): Aim => atLeast(ratio, LEAST_RATIO, '');
    return [seen, computing.figure(seen.name, entries, 'a message', aimOf)];
  } finally {
    await plain.close();
    await feed.close();
  }
}

/** Milliseconds from the relay's start until everything is acknowledged; it goes on from where the last one ended. */
async function relayToHead(journal: Journal, feed: Feed): Promise<number> {
  const { position } = await journal.head();
  const owner = journal.identity;
  const relay = createRelay({ journal, feed, log: silentLog, owner, tickAfterMs: REMOTE_PACE_MS });
  await relay.prepare({ forget: false });
  const ms = await timed(async () => {
    relay.start();
    await until('all is published', () => relay.place()?.position === position);
  });
  await relay.close();
  return ms;
}

async function readAfter(journal: Journal, after: Position): Promise<readonly StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for (let last = after; ;) {
    const page = await journal.readAll(last, journal.maxReadEntries);
    const end = page.at(-1);
    if (end === undefined) return entries;
    entries.push(...page);
    last = end.position;
  }
}
