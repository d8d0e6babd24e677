/**
 * Rounds over one remote stack, each a mixed load while something is done to it, and what must hold after each: nothing
 * acknowledged lost since the first, nothing with a key twice, quests ended, the lag back to zero, the views equal to a
 * clean fold.
 */
import { openEventStoreJournal } from '#adapters/journal-eventstore';
import { openMongoViews } from '#adapters/views-mongo';
import { canonicalViews, seededRandom, until } from '#testing';
import type { Ask } from '../crash/asks.js';
import { audit } from '../crash/audit.js';
import { Clients } from '../crash/clients.js';
import { differences } from '../crash/differences.js';
import { historyOf, readWhole } from '../crash/history.js';
import { nothingKnown, type Known } from '../crash/known.js';
import { Mix } from '../crash/mix.js';
import { FATES, SPARE_TYPES, TYPES } from '../crash/mix-catalogue.js';
import { runningOperations, unfinishedQuests } from '../crash/unfinished.js';
import { Api } from '../harness/api.js';
import { cleanFold, served } from '../projection/rig.js';
import { Stack, type StackServers } from './stack.js';
import { Topic } from './topic.js';

/** Events in a second, about: what a double of MongoDB can keep up with. */
const RATE = Number(process.env['HERMES_TEST_RATE'] ?? 50);
/** Of one request, on an average of all kinds. */
const EVENTS_OF_A_REQUEST = 5;
const CLIENTS = 2;
const PARALLEL = 4;
const REST_MS = (CLIENTS * PARALLEL * EVENTS_OF_A_REQUEST * 1000) / RATE;
/** Clients rest while the views are this many entries behind: a slow store must not be overloaded. */
const MOST_BEHIND = 150;
/** This many answers more where the lag is not known. */
const MOST_UNREPORTED = 30;
const LOOK_EVERY_MS = 500;
const LOOK_MS = 2000;
/** The double of MongoDB takes some fifteen events a second, and repeats what timed out. */
const SETTLE_MS = 240_000;
const ASK_EVERY_MS = 250;
/** Pause between one deed and the next, drawn by the round: amid the work of what it is done to. */
const LEAST_AMID_MS = 400;
const MOST_AMID_MS = 1200;

/** What a deed has at hand while requests come. */
export interface Round {
  readonly stack: Stack;
  /** From 0 to below 1, by the round's seed. */
  readonly random: () => number;
  /** The feed's topic. */
  readonly feed: Topic;
  /** Group of the projectors. */
  readonly group: string;
  /** Lets requests come for a moment. */
  amid(): Promise<void>;
  /** Lets requests come whatever is missing from the views, for as long as the lag is not known. */
  press(): void;
  /** Was asked of Hermes otherwise than by requests, and counts as they do. */
  note(asks: readonly Ask[]): void;
}

export type Deeds = (round: Round) => Promise<void>;

export class Campaign {
  readonly stack: Stack;
  private readonly known: Known = nothingKnown();
  private readonly clients: readonly Clients[];
  private readonly noted: Ask[] = [];
  private feed: Topic | undefined;
  private rounds = 0;
  private behind = 0;
  /** Answers that had come when that was reported. */
  private reportedAt = 0;

  constructor(private readonly servers: StackServers) {
    this.stack = new Stack(servers, `c-${Math.random().toString(36).slice(2, 8)}`);
    const pace = { parallel: PARALLEL, restMs: REST_MS, endMs: SETTLE_MS };
    this.clients = Array.from({ length: CLIENTS }, () => new Clients(this.known, pace));
  }

  /** Starts the stack and lays the catalogue down. */
  async begin(): Promise<void> {
    const { stack } = this;
    await stack.start();
    this.feed = await Topic.open(this.servers.kafka, `${stack.prefix}.journal`);
    const [api] = this.apis();
    await api!.must('/event-types', [...TYPES, ...SPARE_TYPES]);
    await api!.must('/fates', FATES);
    for (const [nth, clients] of this.clients.entries())
      clients.isAt(() => (this.isTooMuch() ? undefined : stack.origins[nth]));
  }

  /** Plays `deeds` while clients ask; answers what is not as it was promised, since the stack began. */
  async round(seed: number, deeds: Deeds): Promise<{ readonly faults: readonly string[]; readonly report: string }> {
    const { stack, feed, rounds } = this;
    if (feed === undefined) throw new Error('it has not begun');
    this.rounds += 1;
    const asked = this.asks().length;
    const laps = [Date.now()];
    const lap = (): void => void laps.push(Date.now());
    for (const [nth, clients] of this.clients.entries()) {
      // tags of any two mixes of a stack must differ, and so must what they draw
      clients.start(new Mix(rounds * 10 + nth, seed * 10 + nth, this.known, { events: 10, fleet: 0 }));
    }
    const random = seededRandom(seed);
    const over = new AbortController();
    this.reportedAt = this.answers();
    const watching = this.watch(over.signal);
    try {
      await deeds({
        ...{ stack, random, feed, group: await this.group(feed) },
        amid: () => pause(LEAST_AMID_MS + random() * (MOST_AMID_MS - LEAST_AMID_MS)),
        press: () => void ([this.behind, this.reportedAt] = [0, this.answers()]),
        note: (asks) => void this.noted.push(...asks),
      });
    } finally {
      over.abort();
      await Promise.all([watching, ...this.clients.map((clients) => clients.pause())]);
    }
    lap();
    await stack.ready();
    lap();
    await Promise.all(this.clients.map((clients) => clients.finish()));
    await this.settled();
    lap();
    const faults = [...this.clients.flatMap(({ complaints }) => complaints.splice(0)), ...(await this.compare())];
    lap();
    return { faults, report: reportOf(this.asks().slice(asked), laps) };
  }

  /** Looks how far the views are behind, as far as a projector reports it. */
  private async watch(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const behindNow = await Promise.any(this.stack.origins.map((origin) => behind(origin))).catch(() => undefined);
      if (behindNow !== undefined) [this.behind, this.reportedAt] = [behindNow, this.answers()];
      await pause(LOOK_EVERY_MS);
    }
    // the remaining lag is reported in any case
    [this.behind, this.reportedAt] = [0, Infinity];
  }

  private isTooMuch(): boolean {
    return this.behind > MOST_BEHIND || this.answers() - this.reportedAt > MOST_UNREPORTED;
  }

  private answers(): number {
    return this.clients.reduce((sum, { answers }) => sum + answers, 0);
  }

  /** Ends every app; answers what went wrong with that. */
  async end(): Promise<readonly string[]> {
    await this.feed?.close();
    return this.stack.stop();
  }

  private asks(): readonly Ask[] {
    return [...this.clients.flatMap(({ asks }) => asks), ...this.noted];
  }

  private apis(): readonly Api[] {
    return this.stack.origins.map((origin) => new Api(origin));
  }

  private async group(feed: Topic): Promise<string> {
    const groups = await feed.groups(`${this.stack.prefix}.projector-`);
    if (groups.length !== 1) throw new Error(`the projectors' groups are ${groups.join(', ')}`);
    return groups[0]!;
  }

  /** Every quest is finished and counted, nothing is parked, and no partition lags. */
  private async settled(): Promise<void> {
    const [api] = this.apis();
    let last = '';
    await until(
      'the stack has caught up',
      async () => {
        const status = await api!.call('GET', '/admin/status');
        const unfinished = await unfinishedQuests(api!).catch(() => undefined);
        const running = await runningOperations(api!).catch(() => undefined);
        last = JSON.stringify([status.body, unfinished, running]);
        if (status.status !== 200) return false;
        const lags = [...status.body['partitions']!].map((each) => Number(each['lagEntries']));
        const parked = Number(status.body['parkedHosts']) + Number(status.body['parkedQuests']);
        return lags.every((lag) => lag === 0) && parked === 0 && unfinished === 0 && running === 0;
      },
      { limitMs: SETTLE_MS, everyMs: ASK_EVERY_MS, seen: () => last },
    );
    const { head } = (await api!.call('GET', '/admin/status')).body;
    const fresh = { 'hermes-min-position': String(head), 'hermes-wait': '30' };
    const counted = await api!.call('GET', '/quests?limit=1', undefined, fresh);
    if (counted.status !== 200) throw new Error(`quests are not counted: ${JSON.stringify(counted.body)}`);
  }

  private async compare(): Promise<readonly string[]> {
    const { eventstore, mongo } = this.servers;
    const journal = await openEventStoreJournal({ url: eventstore, prefix: this.stack.prefix });
    const views = await openMongoViews({ url: mongo, prefix: this.stack.prefix, access: 'write' });
    try {
      const faults = audit(this.asks(), historyOf(await readWhole(journal)), 'several');
      const shown = await canonicalViews(views.reader, await served(views));
      return [...faults, ...differences(shown, await cleanFold(journal))];
    } finally {
      await views.close();
      await journal.close();
    }
  }
}

/** Entries missing from the views; rejects where that is not known. */
async function behind(origin: string): Promise<number> {
  const answer = await fetch(`${origin}/api/v1/admin/status`, { signal: AbortSignal.timeout(LOOK_MS) });
  const { partitions } = (await answer.json()) as {
    readonly partitions: readonly { readonly lagEntries: number | null }[];
  };
  return Math.max(...partitions.map(({ lagEntries }) => lagEntries ?? 0));
}

function reportOf(asks: readonly Ask[], laps: readonly number[]): string {
  const answered = asks.filter(({ answer }) => answer !== undefined).length;
  const again = asks.filter(({ attempts }) => attempts > 1).length;
  const seconds = laps.slice(1).map((at, nth) => ((at - laps[nth]!) / 1000).toFixed(1));
  return `${asks.length} asked, ${answered} answered, ${again} sent again; deeds, being ready again, settling, audit: ${seconds.join(', ')} s`;
}

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
