/**
 * Sends changes to their followers. One loop looks for all of them, and none runs while nobody follows: what changed within a look
 * is sent once, as it is then. The views' position is read before what has changed since the one before it, so a follower
 * that resumes from there misses nothing.
 */
import { done, failed, LAST_POSITION, maxPosition, START, type Outcome, type Position, type Problem } from '#contracts';
import { GenerationGone, StoreUnavailable } from '#ports';
import type { Log } from '../../log.js';
import { sleep } from '../../pauses.js';
import type { ReadContext } from '../read-context.js';
import { CatchUp } from './catch-up.js';
import { laborsAsTheyAre } from './changed-pages.js';
import {
  parsePlace,
  type Change,
  type Changes,
  type ChangesDemand,
  type ChangesFigures,
  type ChangesPlace,
  type Follower,
  type Following,
} from './change.js';
import { Followers, send, type Group } from './followers.js';
import { placeAfter, sendRest } from './going-on.js';
import { HeldLabors, type HeldLabor } from './held-labors.js';
import { judgeAgain, judgePage, type JudgedAt, type JudgedPage } from './judge-page.js';
import { looksBeside, type Judge, type Needs } from './judge.js';
import { Looks } from './looks.js';
import type { Looked } from '../seen.js';

/** From one look to the next: changes of a labor within it are one. */
export const LOOK_EVERY_MS = 250;
/** A follower to which nothing else is sent gets the place so often. */
export const PLACE_EVERY_MS = 15_000;

export interface ChangesOptions {
  /** As many may follow at once, one holder's at most three quarters of them. */
  readonly most: number;
  readonly stopping?: AbortSignal | undefined;
  readonly log: Log;
}

export class ChangesFollowed implements Changes {
  private readonly followers: Followers;
  private readonly catchUp: CatchUp;
  private readonly looks: Looks;
  private readonly held = new HeldLabors();
  /** Up to where all was looked at; null while nobody follows. */
  private place: ChangesPlace | null = null;
  /** The greatest place of what was looked at: all beyond is sent by later looks. */
  private readTo: Position = START;
  /** The generation that was followed before, and where its followers went on; null where they began with a reset. */
  private wentOn: { readonly former: number; readonly to: ChangesPlace } | null = null;
  private looping = false;
  private placeSentAtMs = 0;
  private hasFailed = false;

  constructor(
    private readonly context: ReadContext,
    private readonly options: ChangesOptions,
  ) {
    this.followers = new Followers(options.most);
    this.catchUp = new CatchUp(context, options.log, this.held, (former) =>
      this.wentOn?.former === former && this.wentOn.to.generation === this.place?.generation
        ? this.wentOn.to
        : undefined,
    );
    this.looks = new Looks(context);
    options.stopping?.addEventListener('abort', () => {
      this.followers.end('stopping');
    });
  }

  figures(): ChangesFigures {
    return this.followers.figures;
  }

  async follow({ question, from, holder }: ChangesDemand, follower: Follower): Promise<Outcome<Following>> {
    const seen = await this.context.gate.look();
    if (!seen.ok) return seen;
    if (this.options.stopping?.aborted === true) return failed(STOPPING);
    const { generation, position } = seen.value;
    // the others are perhaps further: of the generation before nothing is sent any more
    const looked = this.place !== null && this.place.generation > generation ? this.place : { generation, position };
    // a list lacks what is held, too
    const now = looksBeside(question) ? this.before(EVERYTHING, looked) : looked;
    const asked = from === null ? undefined : parsePlace(from);
    // a place of the generation before, which this one continues
    const after = asked && placeAfter(seen.value, asked.generation);
    const next = after?.generation === now.generation ? after : undefined;
    const resumed = asked?.generation === now.generation || next !== undefined ? asked : undefined;
    // a list that is read by now perhaps lacks labors whose host or quest is not there yet, and that no look reads any more
    const begins = resumed ?? (looksBeside(question) ? now : undefined);
    const member = this.followers.join(question, holder, follower, begins !== undefined);
    if (member === undefined) return failed(overloaded(this.options.most));
    if (resumed === undefined) follower.take({ reset: from !== null, changes: [], place: now });
    if (this.place === null) {
      this.place = now;
      this.looks.begin(seen.value);
    }
    if (!this.looping) void this.loop();
    // the looks leave out what lies before the reach of its partition
    const until = [this.place.position, this.readTo, this.looks.furthest, now.position].reduce(maxPosition);
    if (begins !== undefined && next !== undefined)
      this.catchUp.begin(member, begins, LAST_POSITION, { from: next, until });
    else if (begins !== undefined) this.catchUp.begin(member, begins, until);
    return done({
      leave: () => {
        this.followers.leave(member);
      },
    });
  }

  private async loop(): Promise<void> {
    const { stopping } = this.options;
    this.looping = true;
    while (this.followers.size > 0 && stopping?.aborted !== true) {
      const beganMs = performance.now();
      try {
        await this.look();
        this.hasFailed = false;
      } catch (error) {
        this.failed(error);
      }
      const tookMs = performance.now() - beganMs;
      // where all is slow, requests come first: at most a quarter of the time is spent on it
      await sleep(Math.max(LOOK_EVERY_MS - tookMs, 3 * tookMs), stopping);
    }
    this.looping = false;
    this.place = null;
    this.wentOn = null;
    this.readTo = START;
    this.looks.clear();
    this.held.clear();
  }

  private async look(): Promise<void> {
    const { context, held, place: from } = this;
    const seen = await context.gate.look();
    if (!seen.ok || from === null) return;
    const { generation } = seen.value;
    if (generation !== from.generation) {
      await this.goOver(seen.value, from.generation);
      return;
    }
    const catalogue = await context.catalogues.read(generation);
    const at = { generation, catalogue, now: context.now(), progress: seen.value.progress };
    /** Of the page before, which is sent with the place if it is the last. */
    let last: ReadonlyMap<Group, readonly Change[]> = new Map();
    const groupsSent = new Set<Group>();
    const judged = (groups: readonly Group[], { passing }: JudgedPage): void => {
      last = new Map(groups.map((group) => [group, passing.get(group.judge) ?? []]));
      for (const [group, { length }] of last) if (length > 0) groupsSent.add(group);
    };
    for await (const { changes, readTo } of this.looks.pages(seen.value, at)) {
      this.readTo = maxPosition(this.readTo, readTo ?? START);
      await this.sendPage(last, null);
      const groups = this.followers.all();
      const page = await judgePage(context, at, changes, judgesOf(groups), held.room);
      held.hold(page.early, from.position);
      judged(groups, page);
    }
    const due = held.due();
    if (due.length > 0) {
      await this.sendPage(last, null);
      const groups = this.followers.all();
      judged(groups, await this.judgedAgain(at, due, groups));
    }
    const place = { generation, position: this.looks.reached };
    this.place = place;
    const isPlaceDue = performance.now() - this.placeSentAtMs >= PLACE_EVERY_MS;
    if (isPlaceDue) this.placeSentAtMs = performance.now();
    const receiving = isPlaceDue ? this.followers.all() : [...groupsSent];
    await send(receiving, (group) => ({
      changes: last.get(group) ?? [],
      place: this.before(group.judge.looksAt, place),
    }));
  }

  /** What was held, by those that have not judged it. */
  private async judgedAgain(at: JudgedAt, due: readonly HeldLabor[], groups: readonly Group[]): Promise<JudgedPage> {
    const { context, held } = this;
    const labors = await laborsAsTheyAre({ ...at, views: context.views }, due);
    const missing = new Map(due.map((labor) => [labor.id, labor.missing]));
    const page = await judgeAgain(context, at, labors, judgesOf(groups), missing);
    held.judgedAgain(due, page.early);
    return page;
  }

  /** Who looks there resumes from before the labors that are held for it. */
  private before(looksAt: Needs, place: ChangesPlace): ChangesPlace {
    const least = this.held.least(looksAt);
    return least === null || least >= place.position ? place : { ...place, position: least };
  }

  private async sendPage(page: ReadonlyMap<Group, readonly Change[]>, place: null): Promise<void> {
    await send([...page.keys()], (group) => {
      const changes = page.get(group) ?? [];
      return changes.length === 0 ? undefined : { changes, place };
    });
  }

  /** To another generation: without a reset where it continues the former, which is still there. */
  private async goOver(seen: Looked, former: number): Promise<void> {
    const to = placeAfter(seen, former);
    if (to !== undefined && (await this.isSentWhole(former, seen))) {
      this.held.clear();
      this.looks.goOn(seen, to.position);
      this.goTo(to, { former, to });
      await send(this.followers.all(), () => ({ changes: [], place: to }));
      return;
    }
    this.looks.clear();
    this.held.clear();
    // as each that looks beside labors begins; partitions are level when a generation begins to be served
    this.looks.beginLevel(seen);
    const place = { generation: seen.generation, position: seen.position };
    this.goTo(place, null);
    const groups = this.followers.all();
    // of the generation before nothing is read any more
    for (const { members } of groups) for (const member of members) member.isCatchingUp = false;
    await send(groups, () => ({ changes: [], place }), true);
  }

  private goTo(place: ChangesPlace, wentOn: ChangesFollowed['wentOn']): void {
    this.place = place;
    this.wentOn = wentOn;
    this.readTo = START;
  }

  /** False where the generation was dropped. */
  private async isSentWhole(former: number, seen: Looked): Promise<boolean> {
    try {
      const { context, followers, looks, held } = this;
      await sendRest({ context, followers, looks, held }, former, seen);
      return true;
    } catch (error) {
      if (!(error instanceof GenerationGone)) throw error;
      return false;
    }
  }

  /** What was read by then is sent again by the next look. */
  private failed(error: unknown): void {
    this.looks.failed();
    if (error instanceof GenerationGone || this.hasFailed) return;
    this.hasFailed = true;
    const isAway = error instanceof StoreUnavailable;
    if (isAway) this.options.log.warn('changes cannot be read; it will be tried again', { reason: error.reason });
    else this.options.log.error('changes could not be read; it will be tried again', { err: error });
  }
}

const EVERYTHING: Needs = { host: true, quest: true };

function judgesOf(groups: readonly Group[]): readonly Judge[] {
  return groups.map(({ judge }) => judge);
}

const STOPPING: Problem = {
  code: 'not-caught-up',
  detail: 'Hermes is stopping: follow changes again shortly',
  retryAfterS: 1,
};

function overloaded(most: number): Problem {
  return {
    code: 'overloaded',
    detail: `${most} follow changes, or this token or address has its share of them, or too many ask different things: try again shortly, or ask as others do`,
    retryAfterS: 1,
  };
}
