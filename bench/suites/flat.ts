/** Whether size matters: the next events after a thousand and after a million, and a start on nothing and on a million. */
import { createInProcessFeed } from '#adapters/feed-inprocess';
import { createRelay, silentLog } from '#application';
import { follow } from '#testing';
import type { Benchmark, Context } from '../harness/context.js';
import { atLeast, atMost, grouped, type Figure } from '../harness/figure.js';
import { interleave, timed } from '../harness/rounds.js';
import { countingConnection, countingJournal } from '../load/counting.js';
import {
  catchUp,
  openFleet,
  PARTITIONS,
  projectorOver,
  storeFleet,
  type Fleet,
  type OpenFleet,
} from '../load/fleet.js';
import { appendHistory, History } from '../load/history.js';
import { until } from '../load/until.js';
import { foldedFleet } from './projection.js';

/** The young fleet's events before it is measured. */
const YOUNG = 1000;
/** Both get the same events, on as many hosts that neither has seen: what differs is what lies there already. */
const NEW_HOSTS = 2000;
const FIRST_NEW_HOST = 500_000;
const LEAST_RATIO = 0.7;
/** What a start may read: the last entries that progress and relay remember, the catalogue, an empty page or two. */
const MOST_READ_MORE = 4;

export const flat: Benchmark = {
  name: 'flat',
  about: 'statements and time per event at the millionth event as at the thousandth; entries read at a start',
  async run(context) {
    const old = (await foldedFleet(context)).fleet;
    const young = await storeFleet(context, 'young', { events: YOUNG, hosts: context.size(50_000, 1000) });
    return [...(await nextEvents(context, young, old)), await starts(context, old)];
  },
};

async function nextEvents(context: Context, young: Fleet, old: Fleet): Promise<readonly Figure[]> {
  const events = context.size(5000, 1000);
  const counts = { young: await statementsOf(young, events), old: await statementsOf(old, events) };
  const sides = { young: await openSide(young), old: await openSide(old) };
  const next = async ({ stores, news }: Side): Promise<number> => {
    await appendHistory(stores.journal, news, events);
    return timed(() => catchUp(stores));
  };
  const rounds = await interleave({
    rounds: context.size(12, 3),
    floor: () => next(sides.young),
    ours: () => next(sides.old),
    onRound: (round) => {
      context.progress(`the next ${events} events, young and old: round ${round}`);
    },
  });
  await sides.young.stores.close();
  await sides.old.stores.close();
  const perEvent = { young: counts.young / events, old: counts.old / events };
  const micros = (ms: number): string => `${grouped((ms * 1000) / events)} µs/event`;
  return [
    {
      name: 'flat/statements',
      ours: `${perEvent.old.toFixed(2)} per event`,
      floor: `${perEvent.young.toFixed(2)} (young)`,
      ratio: perEvent.young / perEvent.old,
      spread: null,
      aim: atLeast(perEvent.young / perEvent.old, LEAST_RATIO, ''),
    },
    {
      name: 'flat/time',
      ours: micros(rounds.oursMs),
      floor: `${micros(rounds.floorMs)} (young)`,
      ratio: rounds.ratio,
      spread: rounds.spread,
      aim: atLeast(rounds.ratio, LEAST_RATIO, ''),
    },
  ];
}

interface Side {
  readonly stores: OpenFleet;
  readonly news: History;
}

async function openSide(fleet: Fleet): Promise<Side> {
  return { stores: await openFleet(fleet), news: newHosts(NEW_HOSTS) };
}

function newHosts(after: number): History {
  return new History(NEW_HOSTS, 5, FIRST_NEW_HOST + after);
}

/** Statements on the views for the next `events`; what was stored before is folded first. */
async function statementsOf(fleet: Fleet, events: number): Promise<number> {
  const { connect, count } = countingConnection();
  const stores = await openFleet(fleet, connect);
  await catchUp(stores);
  await appendHistory(stores.journal, newHosts(0), events);
  const before = count();
  await catchUp(stores);
  await stores.close();
  return count() - before;
}

/** Entries read until a whole Hermes would take requests and follow, beside the same on an empty journal. */
async function starts(context: Context, old: Fleet): Promise<Figure> {
  const empty = await storeFleet(context, 'empty', { events: 0, hosts: 1 });
  // a first start makes the views and the relay's place, as every Hermes has them
  await startOf(empty, true);
  await startOf(old, true);
  const read = { empty: await startOf(empty, false), old: await startOf(old, false) };
  return {
    name: 'flat/start',
    ours: `${read.old} entries read, ${read.empty} on a journal without events`,
    floor: null,
    ratio: null,
    spread: null,
    aim: atMost(read.old - read.empty, MOST_READ_MORE, ' more'),
  };
}

async function startOf(fleet: Fleet, first: boolean): Promise<number> {
  const { views, ...stores } = await openFleet(fleet);
  const { journal, read } = countingJournal(stores.journal);
  const feed = createInProcessFeed({ partitions: PARTITIONS });
  const projector = projectorOver({ journal, views });
  const relay = createRelay({ journal, feed, owner: 'bench', log: silentLog });
  await projector.prepare({ rebuild: false });
  await relay.prepare({ forget: first });
  const following = await follow(projector, PARTITIONS);
  relay.start();
  await until('the relay is at the end of the journal', () => relay.notReady() === null);
  await relay.close();
  await following.stop();
  await feed.close();
  await views.close();
  await stores.journal.close();
  return read();
}
