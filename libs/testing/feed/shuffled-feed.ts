/** A feed that loses, repeats, delays and reorders messages by chance from a seed: all that F1 allows, far more often than a feed does. */
import type { Feed, FeedMessage } from '#ports';
import { seededRandom } from '../journal/faults.js';

export interface ShuffledFeedOptions {
  /** The same seed and the same calls give the same faults. */
  readonly seed: number;
  /** Share of the messages (0 to 1) that never come. 0.15 where absent. */
  readonly lost?: number;
  /** Share that comes once more, later. 0.15 where absent. */
  readonly repeated?: number;
  /** Share that comes some calls of `publish` later. 0.15 where absent. */
  readonly delayed?: number;
  /** Share of the calls of `publish` whose messages change places. 0.5 where absent. */
  readonly reordered?: number;
}

export interface ShuffledFeed extends Feed {
  /** What was done to messages (`reordered`: to calls) so far. */
  readonly suffered: Readonly<Record<'lost' | 'repeated' | 'delayed' | 'reordered', number>>;
  /** From now on all that is published passes untouched, after what is still held back. */
  calm(): void;
}

/** Most messages held back; beyond it the oldest go on. */
const MAX_HELD = 1000;
/** Most calls of `publish` that a message is held back for. */
const MAX_CALLS_HELD = 4;

interface Held {
  readonly message: FeedMessage;
  callsLeft: number;
}

export function shuffledFeed(feed: Feed, options: ShuffledFeedOptions): ShuffledFeed {
  const { seed, lost = 0.15, repeated = 0.15, delayed = 0.15, reordered = 0.5 } = options;
  const random = seededRandom(seed);
  const suffered = { lost: 0, repeated: 0, delayed: 0, reordered: 0 };
  let held: Held[] = [];
  let isCalm = false;

  /** What was held back long enough; the rest waits on. */
  function due(): FeedMessage[] {
    for (const each of held) each.callsLeft -= 1;
    const tooMany = held.length - MAX_HELD;
    const goes = held.filter(({ callsLeft }, index) => isCalm || callsLeft <= 0 || index < tooMany);
    held = held.filter((each) => !goes.includes(each));
    return goes.map(({ message }) => message);
  }

  function hold(message: FeedMessage): void {
    held.push({ message, callsLeft: 1 + Math.floor(random() * MAX_CALLS_HELD) });
  }

  function disturb(messages: readonly FeedMessage[], late: readonly FeedMessage[]): readonly FeedMessage[] {
    const passing = [...late];
    for (const message of messages) {
      const fate = random();
      if (fate < lost) {
        suffered.lost += 1;
      } else if (fate < lost + delayed) {
        suffered.delayed += 1;
        hold(message);
      } else {
        passing.push(message);
        if (fate < lost + delayed + repeated) {
          suffered.repeated += 1;
          hold(message);
        }
      }
    }
    if (random() >= reordered) return passing;
    suffered.reordered += 1;
    return shuffle(passing, random);
  }

  return {
    partitions: feed.partitions,
    suffered,
    calm: () => {
      isCalm = true;
    },
    async publish(messages) {
      const late = due();
      await feed.publish(isCalm ? [...late, ...messages] : disturb(messages, late));
    },
    consume: (group, handler, listener) => feed.consume(group, handler, listener),
    newest: () => feed.newest(),
    empty: () => feed.empty(),
    close: () => feed.close(),
  };
}

/** Fisher and Yates, in place. */
function shuffle<T>(list: T[], random: () => number): T[] {
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [list[index], list[other]] = [list[other]!, list[index]!];
  }
  return list;
}
