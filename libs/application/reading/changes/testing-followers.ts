/** For this folder's specs alone: followers over views that answer what a test says. */
import type { LaborDocument, Outcome, Position } from '#contracts';
import { createReading } from '../create-reading.js';
import { at, laborOf, NOW } from '../testing-documents.js';
import { FakeViews } from '../testing-views.js';
import { textOfPlace, type Follower, type Following, type Notice } from './change.js';

export class Kept implements Follower {
  readonly notices: Notice[] = [];
  readonly ends: string[] = [];
  /** Runs before what a follower that resumes gets next. */
  onDrained: () => Promise<void> = () => Promise.resolve();

  take(notice: Notice): void {
    this.notices.push(notice);
  }
  async bring(notice: Notice): Promise<boolean> {
    this.take(notice);
    await this.onDrained();
    return true;
  }
  end(why: string): void {
    this.ends.push(why);
  }
  ids(): readonly string[] {
    return this.notices.flatMap(({ changes }) =>
      changes.map((change) => (change.kind === 'labor' ? change.labor.labor.id : `quest ${change.quest.id}`)),
    );
  }
  places(): readonly string[] {
    return this.notices.flatMap(({ place }) => (place === null ? [] : [textOfPlace(place)]));
  }
}

const stops: AbortController[] = [];

/** After each test: nobody follows any more. */
export function stopAll(): void {
  for (const stop of stops.splice(0)) stop.abort();
}

export function world() {
  const stop = new AbortController();
  stops.push(stop);
  const views = new FakeViews(at(10));
  const reading = createReading({
    ...{ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 1 },
    ...{ stopping: stop.signal, maxFollowers: 4 },
  });
  const follow = async (
    from: string | null = null,
    question = {},
    holder = 'a',
    onDrained = (): Promise<void> => Promise.resolve(),
  ) => {
    const follower = new Kept();
    follower.onDrained = onDrained;
    const outcome: Outcome<Following> = await reading.follow({ question, from, holder }, follower);
    return { follower, outcome };
  };
  /** The labor is at `position`, and so is its place among the changes. */
  const change = (id: string, position: Position, seenAt = position, fields: Partial<LaborDocument> = {}): void => {
    const labor = { ...laborOf(id, fields), position };
    views.laborsNow = [...views.laborsNow.filter((row) => row.labor.id !== labor.id), { labor, parked: false }];
    views.changedNow = [...views.changedNow.filter((each) => each.id !== labor.id), { id: labor.id, position, seenAt }];
  };
  return { views, reading, follow, change, stop };
}
