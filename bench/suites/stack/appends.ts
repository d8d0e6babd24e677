/**
 * The event store's adapter beside its client: the same appends, one to each of 10,000 streams, 256 in flight. What the
 * adapter adds is measured twice: by the clock, where a slow server hides it, and by the time that this process computes,
 * which is ours and the client's alone and says the same on every server.
 */
import type { Journal, StreamWrite } from '#ports';
import { Computing } from '../../harness/computing.js';
import type { Benchmark, Context } from '../../harness/context.js';
import { CpuShares } from '../../harness/cpu.js';
import { atLeast, onDouble, type Figure } from '../../harness/figure.js';
import { interleave, throughput, timed } from '../../harness/rounds.js';
import { History, mustAppend } from '../../load/history.js';
import { IN_FLIGHT, rawAppend, RawClient } from '../../load/raw-appends.js';
import { newPrefix, openPatientJournal, serverOf } from '../../load/servers.js';

const STREAMS = 10_000;
const LEAST_RATIO = 0.7;

export const appends: Benchmark = {
  name: 'stack/appends',
  about: `an entry to each of ${STREAMS} streams through the journal's port, beside the event store's client alone; 256 in flight`,
  async run(context) {
    const eventstore = await serverOf(context, 'eventstore');
    const journal = await openPatientJournal(eventstore, newPrefix('appends'));
    const raw = new RawClient(eventstore.address, newPrefix('raw'));
    const processes = { ...eventstore.processes, client: process.pid };
    const shares = { ours: new CpuShares(() => processes), floor: new CpuShares(() => processes) };
    try {
      const [clock, computing] = await figures(context, journal, raw, shares, eventstore.isDouble);
      return [eventstore.isDouble ? onDouble(clock, eventstore.called) : clock, computing];
    } finally {
      await journal.close();
      await raw.close();
    }
  },
};

async function figures(
  context: Context,
  journal: Journal,
  raw: RawClient,
  shares: Readonly<Record<'ours' | 'floor', CpuShares>>,
  isDouble: boolean,
): Promise<readonly [Figure, Figure]> {
  const count = context.size(STREAMS, 500);
  const history = new History(count, 5);
  const computing = new Computing();
  const side = (name: 'ours' | 'floor', work: (writes: readonly StreamWrite[]) => () => Promise<void>) => async () => {
    // an event for each host in turn: every stream gets one
    const appending = work(history.round());
    return shares[name].during(() => computing.of(name, () => timed(appending)));
  };
  const rounds = await interleave({
    rounds: context.size(isDouble ? 3 : 7, 2),
    floor: side('floor', (writes) => {
      const made = writes.map(({ stream, entries }) => rawAppend(stream, entries));
      return () => raw.append(made);
    }),
    ours: side('ours', (writes) => () => appendAll(journal, writes)),
    onRound: (round) => {
      context.progress(`appends: round ${round}`);
    },
  });
  return [
    throughput('stack/appends', rounds, {
      ...{ count, things: 'appends', least: LEAST_RATIO },
      notes: [shares.ours.line('ours'), shares.floor.line('the client alone')],
    }),
    computing.figure('stack/appends', count, 'an append', (ratio) => atLeast(ratio, LEAST_RATIO, '')),
  ];
}

/** As many calls at once as the adapter has in flight: none of them waits for a place. */
async function appendAll(journal: Journal, writes: readonly StreamWrite[]): Promise<void> {
  const rest = writes.values();
  const one = async (): Promise<void> => {
    for (const write of rest) await mustAppend(journal, [write]);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}
