/**
 * Arrays of events over HTTP into an ingest, beside the event store's client doing the same appends. Another process has
 * the relay meanwhile, as with any number of ingests all but one work; here it is this one, which publishes nothing.
 */
import { Lease } from '#application';
import type { Journal } from '#ports';
import type { Benchmark, Context } from '../../harness/context.js';
import { CpuShares } from '../../harness/cpu.js';
import { onDouble, type Figure } from '../../harness/figure.js';
import { interleave, sameForBoth, throughput, timed } from '../../harness/rounds.js';
import { RawClient } from '../../load/raw-appends.js';
import { Reports, type Fleet, type Report } from '../../load/reports.js';
import { newPrefix, openPatientJournal } from '../../load/servers.js';
import { Stack } from '../../load/stack.js';

const PER_REPORT = 500;
const CONNECTIONS = 4;
const LEAST_RATIO = 0.7;
/** Hosts that this ingest knows after its warm-up. */
const WARM_HOSTS = 2000;
const COLD_FROM = 1_000_000;
const RENEW_EVERY_MS = 500;

export const ingest: Benchmark = {
  name: 'stack/ingest',
  about: `arrays of ${PER_REPORT} events over HTTP into an ingest, beside the event store's client doing the same appends`,
  async run(context) {
    const stack = await Stack.start(context, 'ingest', ['ingest'], CONNECTIONS);
    const { eventstore, prefix } = stack;
    const journal = await openPatientJournal(eventstore, prefix);
    const raw = new RawClient(eventstore.address, newPrefix('raw'));
    try {
      await stack.end('ingest');
      const release = await holdRelay(journal);
      await stack.launch('ingest');
      const figures: Figure[] = [];
      for (const kind of KINDS) figures.push(await figure(context, kind, stack, raw));
      await release();
      return eventstore.isDouble ? figures.map((each) => onDouble(each, eventstore.called)) : figures;
    } finally {
      await journal.close();
      await raw.close();
      await stack.stop();
    }
  },
};

interface Kind extends Fleet {
  readonly name: string;
  /** Every host is one that has reported before, but not to this ingest. */
  readonly cold: boolean;
}

/** Spread over the hosts in no order. */
const warm = (n: number): number => (n * 7919) % WARM_HOSTS;

const KINDS: readonly Kind[] = [
  { name: 'without-key', hostOf: warm, keyed: false, cold: false },
  { name: 'with-key', hostOf: warm, keyed: true, cold: false },
  { name: 'with-key-cold', hostOf: (n) => COLD_FROM + n, keyed: true, cold: true },
];

async function figure(context: Context, kind: Kind, stack: Stack, raw: RawClient): Promise<Figure> {
  const reports = new Reports(kind, PER_REPORT);
  const perRound = kind.cold ? context.size(8, 2) : context.size(16, 4);
  // of the same hosts: there must be something to read before a key can be trusted
  const earlier = new Reports({ ...kind, keyed: false }, PER_REPORT);
  const ours = new RawClient(stack.eventstore.address, stack.prefix);
  const shares = { ours: new CpuShares(() => stack.processes()), floor: new CpuShares(() => stack.processes()) };
  const post = (all: readonly Report[]): Promise<number> => timed(() => postAll(stack, all));
  // so that each warm host is known to this ingest
  if (!kind.cold) await post(reports.take(WARM_HOSTS / PER_REPORT));
  const next = sameForBoth(() => reports.take(perRound));
  try {
    const rounds = await interleave({
      rounds: context.size(stack.eventstore.isDouble ? 3 : 7, 1),
      floor: () => {
        const appends = next().flatMap((report) => report.appends);
        return shares.floor.during(() => timed(() => raw.append(appends)));
      },
      ours: async () => {
        const all = next();
        if (kind.cold) await ours.append(earlier.take(perRound).flatMap((report) => report.appends));
        return shares.ours.during(() => post(all));
      },
      onRound: (round) => {
        context.progress(`ingest ${kind.name}: round ${round}`);
      },
    });
    const events = perRound * PER_REPORT;
    return throughput(`stack/ingest-${kind.name}`, rounds, {
      ...{ count: events, things: 'events', least: kind.cold ? null : LEAST_RATIO },
      notes: [shares.ours.line('ours'), shares.floor.line('the client alone')],
    });
  } finally {
    await ours.close();
  }
}

async function postAll(stack: Stack, reports: readonly Report[]): Promise<void> {
  const { client } = stack.app('ingest');
  const rest = reports.values();
  const connection = async (): Promise<void> => {
    for (const { body } of rest) await client.must('POST', '/api/v1/events', body);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

/** Takes the lease and keeps it until `release` is called. */
async function holdRelay(journal: Journal): Promise<() => Promise<void>> {
  const lease = new Lease({ journal, name: 'relay', owner: crypto.randomUUID() });
  while (!(await lease.hold())) await new Promise((wake) => setTimeout(wake, RENEW_EVERY_MS));
  const timer = setInterval(() => void lease.hold(), RENEW_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await lease.release();
  };
}
