/**
 * Brings hosts on that are behind (P9): in turns, one bounded step each, with pauses in which batches have the views. At the
 * end of its stream a host rejoins the batches as a released one does. Any projector may do it, also two at once: the owner
 * of the host's partition does.
 */
import { hostStream, positionOf, START, type BehindRecord, type HostDocument } from '#contracts';
import type { HostName } from '#domain';
import { mayHaveMore, type Journal, type ViewsWriter } from '#ports';
import type { Log } from '../log.js';
import { sleep } from '../pauses.js';
import type { Applier } from './applier.js';
import type { Releaser } from './releaser.js';

export interface BehindHostsParts {
  readonly journal: Pick<Journal, 'read' | 'maxReadCharacters'>;
  readonly views: ViewsWriter;
  readonly applier: Pick<Applier, 'step'>;
  readonly releaser: Pick<Releaser, 'finishHost' | 'touchQuestsOf'>;
  readonly generation: number;
  readonly log: Log;
  /** Whether this projector owns the stream. */
  readonly owns: (stream: string) => boolean;
}

/** Most hosts that are known here; the others are found once there is room. */
const MAX_KNOWN = 1000;
/** Entries that are read for one step. */
const STEP_ENTRIES = 200;
/** How often the views are asked for hosts that no batch named here: after a restart, or with a new partition. */
const LOOK_EVERY_MS = 5000;
const LOOK_PAGE = 200;
/** After a step that failed. */
const FAILED_PAUSE_MS = 1000;

export class BehindHosts {
  /** In the order of their turns. */
  private readonly known = new Set<HostName>();
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  /** The last host that a look has seen; null where the next one begins with the first. */
  private lookedTo: HostName | null = null;
  private wake: (() => void) | undefined;

  constructor(private readonly parts: BehindHostsParts) {}

  /** The host is behind. */
  readonly add = (host: HostName): void => {
    if (this.known.size >= MAX_KNOWN) return;
    this.known.add(host);
    this.wake?.();
  };

  /** From now on those of our own partitions are brought on, whichever process set them behind. */
  start(): void {
    this.running ??= this.run();
  }

  /**
   * Brings hosts on that a replay has left to steps, until each has what was replayed: without pauses, for a generation that nobody
   * reads yet. `hold` is asked before each step, and `judged` gets how many entries it has judged. Resolves with the number of
   * steps; undefined where `hold` says no. Rejects as the stores do.
   */
  async bringReplayedOn(hold: () => Promise<boolean>, judged: (entries: number) => void): Promise<number | undefined> {
    const { views, generation } = this.parts;
    let steps = 0;
    for (let after: HostName | null = null; ;) {
      const page: Awaited<ReturnType<ViewsWriter['behindHosts']>> = await views.behindHosts(
        generation,
        after,
        LOOK_PAGE,
      );
      for (const { host } of page.filter(isReplayed)) {
        for (let document = await this.load(host); document !== undefined && isReplayed(document); steps += 1) {
          if (!(await hold())) return undefined;
          await this.step(host);
          const before = document.state.revision;
          document = await this.load(host);
          judged((document?.state.revision ?? before) - before);
        }
      }
      const last = page.at(-1);
      if (last === undefined || page.length < LOOK_PAGE) return steps;
      after = last.host;
    }
  }

  async close(): Promise<void> {
    this.ending.abort();
    this.wake?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    const { owns, log } = this.parts;
    let lookedAtMs = -Infinity;
    while (!signal.aborted) {
      const begunAtMs = performance.now();
      if (begunAtMs - lookedAtMs >= LOOK_EVERY_MS) {
        lookedAtMs = begunAtMs;
        await this.look().catch((error: unknown) => {
          log.warn('hosts that are behind cannot be found; it will be tried again', { err: error });
        });
      }
      const host = this.take();
      if (host === undefined) await this.rest();
      else if (owns(hostStream(host))) await this.turn(host, begunAtMs);
    }
  }

  /** One step of the host, and as long a pause: batches have half of the views' time at least. */
  private async turn(host: HostName, begunAtMs: number): Promise<void> {
    const { signal } = this.ending;
    try {
      if (await this.step(host)) this.add(host);
      await sleep(performance.now() - begunAtMs, signal);
    } catch (error) {
      this.add(host);
      if (signal.aborted) return;
      this.parts.log.warn('a host that is behind could not be brought on; it will be tried again', {
        host,
        err: error,
      });
      await sleep(FAILED_PAUSE_MS, signal);
    }
  }

  private take(): HostName | undefined {
    const [host] = this.known;
    if (host !== undefined) this.known.delete(host);
    return host;
  }

  /** Whether the host is behind still. */
  private async step(host: HostName): Promise<boolean> {
    const { journal, generation, applier, releaser } = this.parts;
    const document = await this.load(host);
    const behind = document?.behind ?? null;
    if (document === undefined || behind === null) return false;
    if (behind.state === 'behind') {
      const from = document.state.revision + 1;
      const stream = hostStream(host);
      const [page = []] = await journal.read([{ stream, direction: 'forwards', from, limit: STEP_ENTRIES }]);
      // what is published is not judged together with what is not
      const silent = page.filter(({ position }) => position <= (behind.silentTo ?? START));
      if (page.length > 0) await applier.step(silent.length > 0 ? silent : page);
      if (mayHaveMore(page, STEP_ENTRIES, journal)) return true;
      // to the end of its stream: it rejoins at once, since one whose entries keep coming never has an empty page
      const after = page.length === 0 ? document : await this.load(host);
      if (after === undefined) return false;
      if (after.behind === null) {
        // parked: its quests wait for it as for a parked one from now on
        if (after.parked !== null) await releaser.touchQuestsOf(host);
        return false;
      }
      if (after.state.revision < (page.at(-1)?.revision ?? -1)) return true;
      if (!(await this.store(after, rejoining(after, after.behind)))) return true;
    }
    const finished = await releaser.finishHost(host);
    if (finished.kind === 'released') this.parts.log.info('a host that was behind is up to date', { host, generation });
    return finished.kind === 'behind';
  }

  private async load(host: HostName): Promise<HostDocument | undefined> {
    const { views, generation } = this.parts;
    const {
      hosts: [document],
    } = await views.load(generation, { hosts: [host] });
    return document;
  }

  private async store(document: HostDocument, behind: BehindRecord): Promise<boolean> {
    const { views, generation } = this.parts;
    const { conflicts } = await views.apply(generation, { hosts: [{ ...document, behind }] });
    return conflicts.length === 0;
  }

  /** Goes on where the last look ended, so that every host is found, however many there are. */
  private async look(): Promise<void> {
    const { views, generation, owns } = this.parts;
    while (this.known.size < MAX_KNOWN) {
      const page = await views.behindHosts(generation, this.lookedTo, LOOK_PAGE);
      for (const { host } of page) if (owns(hostStream(host))) this.add(host);
      this.lookedTo = page.length < LOOK_PAGE ? null : (page.at(-1)?.host ?? null);
      if (this.lookedTo === null) return;
    }
  }

  /** Until a host is set behind, or the next look. */
  private async rest(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.ending.signal.aborted) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}

/** Whether the host may lack entries that were replayed. */
function isReplayed({ behind }: Pick<HostDocument, 'behind'>): boolean {
  return behind?.silentTo !== undefined;
}

/** Its stream was read to the end: batches judge what comes from now on. */
function rejoining({ position }: HostDocument, behind: BehindRecord): BehindRecord {
  return { ...behind, state: 'rejoining', position: positionOf(position + 1n) };
}
