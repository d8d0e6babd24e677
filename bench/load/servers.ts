/** The servers of the remote stack for a run: the ones HERMES_TEST_… names, else a Kafka and doubles that are started here. */
import { randomBytes } from 'node:crypto';
import { openEventStoreJournal } from '#adapters/journal-eventstore';
import type { Journal } from '#ports';
import { kafkaToolsMissing, mongoToolsMissing, startEventStore, startKafka, startMongo } from '#testing';
import type { Context } from '../harness/context.js';
import type { Processes } from '../harness/cpu.js';

export interface Server {
  /** For its driver. */
  readonly address: string;
  /** As a person calls it; a double says that it is one. */
  readonly called: string;
  readonly isDouble: boolean;
  /** Where it runs, if here. */
  readonly processes: Processes;
}

type Name = 'eventstore' | 'kafka' | 'mongo';

interface Kind {
  readonly variable: string;
  readonly called: string;
  missing(): string | null;
  start(folder: string): Promise<Omit<Server, 'called' | 'isDouble'> & { stop(): Promise<void> }>;
  readonly isDouble: boolean;
}

const KINDS: Readonly<Record<Name, Kind>> = {
  eventstore: {
    variable: 'HERMES_TEST_EVENTSTORE',
    called: 'EventStoreDB',
    missing: () => null,
    async start(folder) {
      const { url, process } = await startEventStore({ folder });
      return { address: url, processes: { 'event store': process.pid ?? 0 }, stop: () => process.stop() };
    },
    isDouble: true,
  },
  kafka: {
    variable: 'HERMES_TEST_KAFKA',
    called: 'Kafka',
    missing: kafkaToolsMissing,
    async start(folder) {
      const { brokers, nodes, stop } = await startKafka({ folder });
      return { address: brokers.join(','), processes: { kafka: nodes[0]?.pid ?? 0 }, stop };
    },
    isDouble: false,
  },
  mongo: {
    variable: 'HERMES_TEST_MONGO',
    called: 'MongoDB',
    missing: mongoToolsMissing,
    async start(folder) {
      const { url, server } = await startMongo({ folder });
      return { address: url, processes: { mongo: server.pid ?? 0 }, stop: () => server.stop() };
    },
    isDouble: true,
  },
};

/** Of the whole run: started once, ended with it. Throws an Error where it can be neither started nor is named. */
export function serverOf(context: Context, name: Name): Promise<Server> {
  return context.shared(`server ${name}`, () => bringUp(context, name));
}

async function bringUp(context: Context, name: Name): Promise<Server> {
  const { variable, called, missing, start, isDouble } = KINDS[name];
  const given = process.env[variable] ?? '';
  if (given !== '') return { address: given, called, isDouble: false, processes: {} };
  const reason = missing();
  if (reason !== null) throw new Error(`${reason}; or name a real one by ${variable}`);
  context.progress(`starting ${called}`);
  const { address, processes, stop } = await start(context.path(name));
  context.atEnd(stop);
  return { address, processes, isDouble, called: isDouble ? `a double of ${called}` : called };
}

/** Names of topics, streams and databases: of this run alone, since servers that are named may hold others. */
export function newPrefix(what: string): string {
  return `bench-${what}-${randomBytes(4).toString('hex')}`;
}

/** On a busy machine the double may take longer than an ingest would wait; that is not what is measured. */
const PATIENCE_MS = 30_000;

export function openPatientJournal({ address }: Server, prefix: string): Promise<Journal> {
  return openEventStoreJournal({ url: address, prefix, appendTimeoutMs: PATIENCE_MS, readTimeoutMs: PATIENCE_MS });
}
