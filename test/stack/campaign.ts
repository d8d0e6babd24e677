/**
 * A mixed load over the remote stack while something is done to it, and what must hold at the end: nothing acknowledged
 * lost, nothing with a key twice, quests ended, the lag back to zero, the views equal to a clean fold.
 */
import { openEventStoreJournal } from '#adapters/journal-eventstore';
import { openMongoViews } from '#adapters/views-mongo';
import { canonicalViews } from '#testing';
import { audit } from '../crash/audit.js';
import { Clients } from '../crash/clients.js';
import { differences } from '../crash/differences.js';
import { historyOf, readWhole } from '../crash/history.js';
import { FATES, Mix, TYPES, type Known } from '../crash/mix.js';
import { Api } from '../harness/api.js';
import { until } from '../harness/until.js';
import { cleanFold, served } from '../projection/rig.js';
import { Stack, type StackServers } from './stack.js';

/** Events in a second, about: what a double of MongoDB can keep up with. */
const RATE = Number(process.env['HERMES_TEST_RATE'] ?? 50);
/** Of one request, on an average of all kinds. */
const EVENTS_OF_A_REQUEST = 5;
const CLIENTS = 2;
const PARALLEL = 4;
const REST_MS = (CLIENTS * PARALLEL * EVENTS_OF_A_REQUEST * 1000) / RATE;
const SETTLE_MS = 120_000;

export class Campaign {
  readonly stack: Stack;
  private readonly clients: readonly Clients[];

  constructor(
    private readonly servers: StackServers,
    private readonly seed: number,
  ) {
    this.stack = new Stack(servers, `c${seed}-${Math.random().toString(36).slice(2, 8)}`);
    const known = (): Known => ({ labors: [], quests: [] });
    this.clients = Array.from({ length: CLIENTS }, () => new Clients(known(), { parallel: PARALLEL, restMs: REST_MS }));
  }

  /** Plays `deeds` while clients ask; answers what is not as it was promised. */
  async play(deeds: (stack: Stack) => Promise<void>): Promise<readonly string[]> {
    const { stack } = this;
    await stack.start();
    const [api] = this.apis();
    await api!.must('/event-types', TYPES);
    await api!.must('/fates', FATES);
    this.clients.forEach((clients, nth) => {
      clients.isAt(() => stack.origins[nth]);
      // tags of the two must differ, and so must what they draw
      const known: Known = { labors: [], quests: [] };
      clients.start(new Mix(this.seed * 10 + nth, this.seed * 10 + nth, known, { events: 10, fleet: 0 }));
    });
    await deeds(stack);
    await Promise.all(this.clients.map((clients) => clients.pause()));
    await stack.ready();
    await Promise.all(this.clients.map((clients) => clients.finish()));
    await this.settled();
    return [
      ...this.clients.flatMap(({ complaints }) => complaints),
      ...(await this.compare()),
      ...(await stack.stop()),
    ];
  }

  get told(): string {
    const asks = this.clients.flatMap((clients) => clients.asks);
    const answered = asks.filter(({ answer }) => answer !== undefined).length;
    const again = asks.filter(({ attempts }) => attempts > 1).length;
    return `seed ${this.seed}: ${asks.length} requests, ${answered} answered, ${again} sent again`;
  }

  private apis(): readonly Api[] {
    return this.stack.origins.map((origin) => new Api(origin));
  }

  /** Every quest is finished and counted, nothing is parked, and no partition lags. */
  private async settled(): Promise<void> {
    const [api] = this.apis();
    let last = '';
    await until(
      'the stack has caught up',
      async () => {
        const status = await api!.call('GET', '/admin/status');
        const embarking = await api!.call('GET', '/quests?state=embarking&count=true&limit=1');
        last = JSON.stringify([status.body, embarking.body]);
        if (status.status !== 200 || embarking.status !== 200) return false;
        const lags = [...status.body['partitions']!].map((each) => Number(each['lagEntries']));
        const parked = Number(status.body['parkedHosts']) + Number(status.body['parkedQuests']);
        return lags.every((lag) => lag === 0) && parked === 0 && Number(embarking.body['total']) === 0;
      },
      { limitMs: SETTLE_MS, onTimeout: () => last },
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
      const asks = this.clients.flatMap((clients) => clients.asks);
      const faults = audit(asks, historyOf(await readWhole(journal)));
      const shown = await canonicalViews(views.reader, await served(views));
      return [...faults, ...differences(shown, await cleanFold(journal))];
    } finally {
      await views.close();
      await journal.close();
    }
  }
}
