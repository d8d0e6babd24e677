/**
 * The fold as a Kafka Streams application on the same machine: RocksDB stores with their changelogs, beside the broker that they
 * need. It is what `replay` is held against; it needs Java 17 and Maven. Its program is bench/kafka-streams.
 */
import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import { streamKind, type NewEntry } from '#contracts';
import { grouped, median, spreadOf } from '../harness/figure.js';
import type { Benchmark, Context } from '../harness/context.js';
import { FATES } from '../load/flows.js';
import { History } from '../load/history.js';
import { newPrefix, serverOf } from '../load/servers.js';

const SOURCES = join(import.meta.dirname, '../../../bench/kafka-streams');
/** As the replay's history is made. */
const SEED = 7;
const PARTITIONS = 8;
const SENT_AT_ONCE = 2000;
const PRINTED_BYTES = 2 ** 20;

const run = promisify(execFile);

export const kafkaStreams: Benchmark = {
  name: 'kafka-streams/fold',
  about: 'the events of `replay` folded by a Kafka Streams application, from the first to the last (Java, Maven)',
  async run(context) {
    const events = context.size(1_000_000, 20_000);
    const { address, called } = await serverOf(context, 'kafka');
    const classes = await built(context);
    const perS: number[] = [];
    for (let round = 0; round < context.size(3, 1); round += 1) {
      const topic = newPrefix(`folded-${round}`);
      await fill(context, address, topic, { events, hosts: context.size(50_000, 1000) });
      context.progress(`kafka-streams: round ${round}`);
      const threads = String(availableParallelism());
      const state = context.path(`kafka-streams-state-${round}`);
      const given = [address, topic, String(events), state, threads, JSON.stringify(FATES)];
      const { stdout } = await run('java', ['-cp', classes, 'hermes.bench.Fold', ...given], {
        maxBuffer: PRINTED_BYTES,
      });
      const { seconds } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { seconds: number };
      perS.push(events / seconds);
    }
    context.hush();
    const [least, most] = spreadOf(perS);
    return [
      {
        name: 'kafka-streams/fold',
        ours: `${grouped(median(perS))} events/s`,
        ...{ floor: null, ratio: null, spread: null, aim: null },
        notes: [`${grouped(least)} to ${grouped(most)} events/s, beside ${called}; to be beaten by replay/load`],
      },
    ];
  },
};

/** Also what the journal keeps beside the data. */
function messageOf({ json, recordedAt }: NewEntry): string {
  const data = JSON.parse(json) as { readonly category: string; readonly state: string };
  return JSON.stringify({ ...data, type: `${data.category}-${data.state}`, recordedAt });
}

/** The class path of the program, compiled in a copy. */
async function built(context: Context): Promise<string> {
  context.progress('kafka-streams: Maven builds the program');
  const folder = context.path('kafka-streams');
  await cp(SOURCES, folder, { recursive: true });
  const goals = ['compile', 'dependency:copy-dependencies'];
  await run('mvn', ['-q', '-B', ...goals], { cwd: folder, maxBuffer: PRINTED_BYTES });
  return `${folder}/target/classes:${folder}/target/dependency/*`;
}

async function fill(
  context: Context,
  address: string,
  topic: string,
  { events, hosts }: { readonly events: number; readonly hosts: number },
): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: address.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const history = new History(hosts, SEED);
  for (let sent = 0; sent < events; sent += SENT_AT_ONCE) {
    const messages = history.writes(Math.min(SENT_AT_ONCE, events - sent)).map(({ stream, entries }) => {
      const named = streamKind(stream);
      const [entry] = entries;
      if (named.kind !== 'host' || entry === undefined) throw new Error(`${stream} is none of a host`);
      return { key: named.host, value: messageOf(entry) };
    });
    await producer.send({ topic, acks: -1, messages });
    context.progress(`kafka-streams: ${sent} of ${events} events in the topic`);
  }
  await producer.disconnect();
}
