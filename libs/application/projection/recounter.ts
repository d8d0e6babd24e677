/**
 * Keeps quests' numbers fresh: counts changed quests, soon where that is cheap, at a bounded share of the time where it
 * is not. It finds quests that no call named by looking for dirty ones.
 */
import { isDirty, viewsPosition, type Position } from '#contracts';
import type { QuestId } from '#domain';
import type { ViewsWriter } from '#ports';
import type { Log } from '../log.js';
import { sleep } from '../pauses.js';
import { recount } from './recount.js';

export interface RecounterParts {
  readonly views: ViewsWriter;
  readonly generation: number;
  readonly log: Log;
  /** Whether this projector counts the quest: it owns the partition of the quest's stream. */
  readonly owns: (quest: QuestId) => boolean;
  /** Whether what an entry at the position changed is published to followers: what counts older ones alone is history (R14). */
  readonly isPublished: (position: Position) => boolean;
}

/** How often it looks for due counts, while there are any. */
const STEP_MS = 20;
/** How often all dirty quests are looked for, and longest that numbers of a quest that keeps changing stay as they are. */
const SWEEP_MS = 1000;
/** A quest whose sum cost the store t ms is not counted again for this many times t: at most a twentieth of its time goes there. */
const COST_FACTOR = 20;
const LONGEST_REST_MS = 30_000;
const SWEEP_PAGE = 200;
/** Most quests that are remembered as changed; the others are found by the next sweep. */
const MAX_PENDING = 5000;

/** By the clock that never goes back (`performance.now`). */
interface Pending {
  /** When it was last counted here. */
  countedAtMs: number;
  /** Not before this. */
  restUntilMs: number;
}

export class Recounter {
  private readonly pending = new Map<QuestId, Pending>();
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private sweptAtMs = -SWEEP_MS;
  private wake: (() => void) | undefined;

  constructor(private readonly parts: RecounterParts) {}

  /** These may have changed. */
  readonly touched = (quests: Iterable<QuestId>): void => {
    for (const quest of quests) this.add(quest);
    if (this.pending.size > 0) this.wake?.();
  };

  /** Quests whose numbers may be behind, as far as they are known here; at most {@link MAX_PENDING}. */
  get due(): number {
    return this.pending.size;
  }

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.ending.abort();
    this.wake?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      try {
        await this.step();
      } catch (error) {
        this.parts.log.warn('quests could not be counted; it will be tried again', { err: error });
        await sleep(SWEEP_MS, signal);
      }
      if (this.pending.size > 0) await sleep(STEP_MS, signal);
      else await this.rest();
    }
  }

  private async step(): Promise<void> {
    const { views, generation } = this.parts;
    if (performance.now() - this.sweptAtMs >= SWEEP_MS) await this.sweep();
    const due = this.takeDue();
    if (due.length === 0) return;
    const position = viewsPosition(await views.progress(generation));
    const { quests } = await views.load(generation, { quests: due });
    const documents = new Map(quests.map((document) => [document.quest, document]));
    for (const quest of due) {
      const document = documents.get(quest);
      const pending = this.pending.get(quest);
      if (pending === undefined || this.ending.signal.aborted) continue;
      if (document === undefined || !isDirty(document) || !this.parts.owns(quest)) {
        this.pending.delete(quest);
        continue;
      }
      const { mark, record } = document;
      const reached = position !== undefined && mark <= position && (record === null || record.position <= position);
      // before the views are there the numbers cannot be final; a quest that keeps moving is still counted now and then
      if (reached || performance.now() - pending.countedAtMs >= SWEEP_MS) await this.count(quest, pending);
    }
  }

  /** The quests whose rest is over, at most a page. Each goes to the end of the line, so that all have their turn. */
  private takeDue(): readonly QuestId[] {
    const due: QuestId[] = [];
    const now = performance.now();
    for (const [quest, { restUntilMs }] of this.pending) {
      if (restUntilMs > now) continue;
      due.push(quest);
      if (due.length === SWEEP_PAGE) break;
    }
    for (const quest of due) {
      const pending = this.pending.get(quest);
      if (pending === undefined) continue;
      this.pending.delete(quest);
      this.pending.set(quest, pending);
    }
    return due;
  }

  private async count(quest: QuestId, pending: Pending): Promise<void> {
    const { views, generation, isPublished } = this.parts;
    const begunAtMs = performance.now();
    const costMs = await recount(views, generation, quest, isPublished);
    pending.countedAtMs = performance.now();
    const restMs = Math.max(costMs * COST_FACTOR, pending.countedAtMs - begunAtMs);
    pending.restUntilMs = pending.countedAtMs + Math.min(restMs, LONGEST_REST_MS);
    // it stays known until its rest is over and it is found clean, so that a change does not bring the next count forward
  }

  private async sweep(): Promise<void> {
    const { views, generation } = this.parts;
    this.sweptAtMs = performance.now();
    for (let after: QuestId | null = null; this.pending.size < MAX_PENDING;) {
      const page: readonly { readonly quest: QuestId }[] = await views.dirtyQuests(generation, after, SWEEP_PAGE);
      for (const { quest } of page) this.add(quest);
      after = page.at(-1)?.quest ?? null;
      if (page.length < SWEEP_PAGE) return;
    }
  }

  private add(quest: QuestId): void {
    if (this.pending.has(quest) || this.pending.size >= MAX_PENDING || !this.parts.owns(quest)) return;
    this.pending.set(quest, { countedAtMs: performance.now(), restUntilMs: 0 });
  }

  /** Until something changes, or the next sweep. */
  private async rest(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SWEEP_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}
