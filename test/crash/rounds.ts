/**
 * Rounds of kill -9 under a mixed load, over one growing data folder, and what must hold of it at the end. When a kill
 * comes is drawn from the round's seed; what it hits is chance, as it is in life.
 */
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { openSqliteViews } from '#adapters/views-sqlite';
import { canonicalViews, seededRandom, until } from '#testing';
import { Hermes } from '../harness/hermes.js';
import { cleanFold, served } from '../projection/rig.js';
import { audit } from './audit.js';
import { Clients } from './clients.js';
import { differences } from './differences.js';
import { formerNames } from './former-names.js';
import { historyOf, readWhole } from './history.js';
import type { Known } from './known.js';
import { Mix } from './mix.js';
import { FATES, SPARE_TYPES, TYPES } from './mix-catalogue.js';
import { runningOperations, unfinishedQuests } from './unfinished.js';

const SETTLE_LIMIT_MS = 90_000;
/** A Hermes is killed after at most this many answers and a few milliseconds more, so that it is amid its work. */
const MOST_ANSWERS = 100;
const AMID_MS = 15;
/** Longest wait for them. */
const LIFE_LIMIT_MS = 5000;
/** Within this time quests resume in the background, once the dead process's lease is free. */
const EMBARKING_MS = 6000;
/** Longest that one is given that is killed while it starts. */
const START_MS = 900;

interface Repeats {
  readonly duplicates?: number;
}

/** One data folder with the clients of the Hermes that runs over it. */
export class Rounds {
  private readonly known: Known = { labors: [], quests: [], operations: [], aliases: [], formers: new Map() };
  private readonly clients = new Clients(this.known);
  private hermes: Hermes | undefined;
  private kills = 0;

  constructor(private readonly dataDir: string) {}

  /** Lays the catalogue down. */
  async prepare(): Promise<void> {
    const hermes = await this.launch();
    await hermes.answers('live');
    await hermes.api.must('/event-types', [...TYPES, ...SPARE_TYPES]);
    await hermes.api.must('/fates', FATES);
    // hosts enough that a filter which finds them makes an operation; the views say what is known of them
    await hermes.answers('ready');
    for (const half of ['many-0', 'many-1']) {
      const hosts = Array.from({ length: 600 }, (_, nth) => `${half}${nth}`);
      await hermes.api.must('/hosts/attributes', { hosts, set: { role: 'spare' } });
    }
    await hermes.kill();
  }

  /** Two or three lives, each ended by a kill. */
  async round(seed: number): Promise<void> {
    const random = seededRandom(seed);
    this.clients.start(new Mix(seed, seed, this.known));
    for (let left = random() < 0.7 ? 2 : 3; left > 0; left -= 1) await this.life(random);
    await this.clients.pause();
  }

  /** What is not as it was promised, after everything that must be done in the end was done. */
  async reckon(seed: number): Promise<readonly string[]> {
    await this.up();
    await pause(seededRandom(seed)() * EMBARKING_MS);
    await this.kill();
    const hermes = await this.up();
    await hermes.answers('ready');
    await this.clients.finish();
    await until('every quest is finished', async () => (await unfinishedQuests(hermes.api)) === 0, {
      limitMs: SETTLE_LIMIT_MS,
      seen: () => hermes.output,
    });
    await until('every operation is over', async () => (await runningOperations(hermes.api)) === 0, {
      limitMs: SETTLE_LIMIT_MS,
      seen: () => hermes.output,
    });
    const { items } = await hermes.api.read('/admin/parked');
    const parked = [...(items ?? [])].map((each) => `parked: ${JSON.stringify(each)}`);
    // at the journal's head a list of quests waits until none of them is behind
    const { head } = await hermes.api.read('/admin/status');
    const fresh = { 'hermes-min-position': String(head), 'hermes-wait': '30' };
    const counted = await hermes.api.call('GET', '/quests?limit=1', undefined, fresh);
    if (counted.status !== 200) throw new Error(`quests are not counted: ${JSON.stringify(counted.body)}`);
    hermes.api.waitFor(BigInt(String(head)));
    const named = await formerNames(hermes.api, this.clients.asks);
    await this.stop();
    return [...this.clients.complaints, ...parked, ...named, ...(await this.compare())];
  }

  /** How much was tried; of what was sent again, how much had been stored though its answer never came. */
  get report(): string {
    const { asks } = this.clients;
    const answered = asks.filter(({ answer }) => answer !== undefined).length;
    const again = asks.filter(({ attempts }) => attempts > 1);
    const repeats = again.filter(({ answer }) => Number((answer?.body as Repeats | undefined)?.duplicates) > 0);
    const operations = asks.filter(({ effect, answer }) => effect.kind === 'found' && answer?.status === 202);
    const former = asks.filter(({ effect, answer }) => effect.kind === 'aliased' && effect.isFormer && answer);
    return (
      `${this.kills} kills, ${asks.length} requests, ${operations.length} operations, ${former.length} former names, ${answered} answered, ` +
      `${again.length} sent again, of which ${repeats.length} with events stored before`
    );
  }

  async end(): Promise<void> {
    this.clients.isAt(() => undefined);
    await this.hermes?.kill();
    await this.clients.pause();
  }

  private async life(random: () => number): Promise<void> {
    const [how, share, startMs, amidMs] = [random(), random(), random() * START_MS, random() * AMID_MS];
    if (how < 0.2) {
      await this.launch();
      await pause(startMs);
    } else {
      await this.up();
      await this.answers(this.clients.answers + Math.floor(share ** 2 * MOST_ANSWERS));
      await (how < 0.7 ? this.written() : pause(amidMs));
    }
    await this.kill();
  }

  /** The journal is being written to: a process killed now has stored something that it has not answered. */
  private async written(): Promise<void> {
    const ending = new AbortController();
    const timer = setTimeout(() => {
      ending.abort();
    }, LIFE_LIMIT_MS);
    try {
      await watch(join(this.dataDir, 'journal.db-wal'), { signal: ending.signal })[Symbol.asyncIterator]().next();
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
      // it watches until then
      ending.abort();
    }
  }

  private async answers(count: number): Promise<void> {
    const end = Date.now() + LIFE_LIMIT_MS;
    while (this.clients.answers < count && Date.now() < end) await pause(1);
  }

  private async kill(): Promise<void> {
    await this.hermes?.kill();
    this.kills += 1;
  }

  /** Clients ask it as soon as it listens, ready or not. */
  private async launch(): Promise<Hermes> {
    const hermes = await Hermes.launch({ dataDir: this.dataDir, env: { HERMES_LOG_LEVEL: 'warn' } });
    this.hermes = hermes;
    this.clients.isAt(() => hermes.listening()?.origin);
    return hermes;
  }

  private async up(): Promise<Hermes> {
    const hermes = await this.launch();
    await hermes.answers('live');
    return hermes;
  }

  private async stop(): Promise<void> {
    const code = await this.hermes?.stop('SIGTERM');
    if (code !== 0) throw new Error(`SIGTERM ended with ${String(code)}:\n${this.hermes?.output ?? ''}`);
  }

  private async compare(): Promise<readonly string[]> {
    const journal = await openSqliteJournal({ file: join(this.dataDir, 'journal.db') });
    const views = await openSqliteViews({ file: join(this.dataDir, 'views.db') });
    try {
      const faults = audit(this.clients.asks, historyOf(await readWhole(journal)));
      const shown = await canonicalViews(views.reader, await served(views));
      return [...faults, ...differences(shown, await cleanFold(journal))];
    } finally {
      await views.close();
      await journal.close();
    }
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, durationMs));
}
