/**
 * Plays faults over stacks that serve several rounds each: with one round, every fault of a stage once on one stack, in the
 * order of the file. Each round is played from its seed, and audited by itself. A stack whose round failed is replaced.
 */
import { seededRandom } from '#testing';
import { tidyUp } from '../projection/rig.js';
import { Campaign, type Deeds } from './campaign.js';
import { shuffled } from './disturber.js';
import type { StackServers } from './stack.js';

const ROUNDS = Number(process.env['HERMES_TEST_CHAOS_ROUNDS'] ?? 1);
const FIRST_SEED = Number(process.env['HERMES_TEST_CHAOS_SEED'] ?? Date.now() % 100_000);
/** Part of the names of the faults that are played; all where absent. */
const CHOSEN = process.env['HERMES_TEST_CHAOS_FAULT'] ?? '';
/** The faults of a seed in one round, each as soon as all apps are ready after the one before, in an order that the seed draws. */
const TOGETHER = process.env['HERMES_TEST_CHAOS_TOGETHER'] === 'true';
/** Of one stack: its audits take longer with all that it holds, and a new one takes as long as a round or two. */
const FAULTS_OF_A_STACK = TOGETHER ? 24 : 8;
const BEGIN_MS = 180_000;
const ROUND_MS = TOGETHER ? 900_000 : 420_000;
const END_MS = 60_000;
const FAULTS_SHOWN = 10;

interface Fault {
  readonly name: string;
  readonly nth: number;
  readonly deeds: Deeds;
}

/** What stacks of a stage run on. */
export interface StageServers {
  get(): Promise<StackServers>;
  /** After a round that failed they may lie about as it left them: the next stack gets others, where there are such. */
  discard(): Promise<void>;
}

/** Where faults are played: over the same servers. */
export class Stage {
  private readonly faults: Fault[] = [];
  private campaign: Promise<Campaign> | undefined;

  constructor(
    private readonly name: string,
    private readonly servers: StageServers,
  ) {}

  add(name: string, deeds: Deeds): void {
    this.faults.push({ name, nth: this.faults.length, deeds });
  }

  get names(): readonly string[] {
    return this.faults.map(({ name }) => name);
  }

  /** Declares the tests of all rounds of the faults that were chosen. */
  declare(): void {
    const chosen = this.faults.filter(({ name }) => name.includes(CHOSEN));
    if (chosen.length === 0) return;
    const ofASeed = (seed: number): readonly Fault[] => (TOGETHER ? [this.together(chosen, seed)] : chosen);
    const rounds = Array.from({ length: ROUNDS }, (_, index) => FIRST_SEED + index).flatMap((seed) =>
      ofASeed(seed).map((fault) => ({ ...fault, seed })),
    );
    // all faults of a seed on one stack, where there are no more than one serves
    const seedsPerStack = Math.max(1, Math.floor(FAULTS_OF_A_STACK / chosen.length));
    const perStack = seedsPerStack * (TOGETHER ? 1 : chosen.length);
    for (let first = 0; first < rounds.length; first += perStack) {
      describe(this.name, () => {
        beforeAll(() => this.begun(), BEGIN_MS);
        afterAll(() => this.end(), END_MS);
        for (const { name, nth, seed, deeds } of rounds.slice(first, first + perStack)) {
          test(`${name} (seed ${seed})`, () => this.play(name, seed, seed * 100 + nth, deeds), ROUND_MS);
        }
      });
    }
  }

  private together(faults: readonly Fault[], seed: number): Fault {
    const inOrder = shuffled(faults, seededRandom(seed));
    const deeds: Deeds = async (round) => {
      for (const { name, deeds: own } of inOrder) {
        const begun = Date.now();
        await own(round);
        await round.stack.ready();
        process.stdout.write(`seed ${seed}: ${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
      }
    };
    return { name: inOrder.map(({ name }) => name).join('; '), nth: this.faults.length, deeds };
  }

  private async play(name: string, seed: number, drawn: number, deeds: Deeds): Promise<void> {
    const campaign = await this.begun();
    try {
      const { faults, report } = await campaign.round(drawn, deeds);
      process.stdout.write(`${name}, seed ${seed}: ${report}\n`);
      const shown = { seed, faults: faults.slice(0, FAULTS_SHOWN), more: Math.max(0, faults.length - FAULTS_SHOWN) };
      expect(shown).toEqual({ seed, faults: [], more: 0 });
    } catch (error) {
      process.stdout.write(`${name}, seed ${seed}, has failed; the apps' last words:\n${campaign.stack.words}\n`);
      this.campaign = undefined;
      await campaign.end();
      await this.servers.discard();
      throw error;
    } finally {
      await tidyUp();
    }
  }

  private async begun(): Promise<Campaign> {
    this.campaign ??= this.begin();
    return this.campaign;
  }

  private async begin(): Promise<Campaign> {
    const begun = Date.now();
    const campaign = new Campaign(await this.servers.get());
    try {
      await campaign.begin();
      process.stdout.write(`a stack ${this.name}: ready after ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
    } catch (error) {
      this.campaign = undefined;
      await campaign.end();
      throw error;
    }
    return campaign;
  }

  /** Apps that do not end in order are a fault of the stack's last round. */
  private async end(): Promise<void> {
    const campaign = await this.campaign?.catch(() => undefined);
    this.campaign = undefined;
    expect((await campaign?.end()) ?? []).toEqual([]);
  }
}

/** Declares what is played on these stages. Throws where nothing is chosen. */
export function declareRounds(...stages: readonly Stage[]): void {
  const names = stages.flatMap((stage) => stage.names);
  if (!names.some((name) => name.includes(CHOSEN))) {
    throw new Error(`no fault's name has "${CHOSEN}" in it; there are:\n${names.join('\n')}`);
  }
  for (const stage of stages) stage.declare();
}
