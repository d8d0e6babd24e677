/**
 * When a quest was completed, and when it was open again (rule 20): the gaps between the times at which something of it was open,
 * or hosts were still to get their event. They follow from the journal alone, and never from when somebody counted.
 */
import type { QuestId } from '#domain';
import { alone, staysOf, type Moment, type QuestEntryDocument, type Staying } from './documents/index.js';
import { maxPosition, minPosition, type Position } from './position.js';

/** At most this many completions, the newest. */
export const MAX_COMPLETIONS = 1000;
/** Spans that are held while labors come, in any order: those of a quest grow together as a rule. */
const MAX_SPANS = 20_000;

export interface CompletionQuestion {
  readonly quest: QuestId;
  /** What later entries did is left out. */
  readonly upTo: Position;
}

/** After `completed` nothing was open; `reopened` is the first opening after it, null where there was none. */
export interface Completion {
  readonly completed: Moment;
  readonly reopened: Moment | null;
}

/** A time at which the quest was not completed. */
interface Span {
  from: Position;
  /** Null: it has no end. */
  to: Position | null;
  /** Of the labors that were open in it: the first opening, and the last end; null where none was. */
  opened: Moment | null;
  closed: Moment | null;
}

/** Takes the entries of the quest's own stream, in their order, and its labors, in any; each once. */
export class CompletionSum {
  /** By their places, apart from each other. */
  private spans: Span[] = [];
  /** Spans that end before it were forgotten, and what begins before it is cut. */
  private floor: Position | null = null;
  private readonly embarking = new Map<string, Position>();

  constructor(private readonly question: CompletionQuestion) {}

  entry({ position, change }: Pick<QuestEntryDocument, 'position' | 'change'>): void {
    if (position > this.question.upTo) return;
    if (change.kind === 'hostsAccepted') this.embarking.set(change.batch, position);
    // for ever
    if (change.kind === 'abandoned') this.put({ from: position, to: null, opened: null, closed: null });
    if (change.kind !== 'hostsEmbarked') return;
    const from = this.embarking.get(change.batch);
    this.embarking.delete(change.batch);
    if (from !== undefined) this.put({ from, to: position, opened: null, closed: null });
  }

  labor(labor: Staying): void {
    for (const { quest, from, to } of staysOf(labor)) if (quest === this.question.quest) this.addStay(from, to);
  }

  /** A time for which a labor was open in the quest; `to` null: it is so still. Of few of them it is asked when that was. */
  addStay(from: Moment, to: Moment | null): void {
    const { upTo } = this.question;
    if (from.position > upTo) return;
    const end = to !== null && to.position <= upTo ? to : null;
    this.put({ from: from.position, to: end && end.position, opened: from, closed: end });
  }

  /** Oldest first. */
  result(): readonly Completion[] {
    for (const from of this.embarking.values()) this.put({ from, to: null, opened: null, closed: null });
    this.embarking.clear();
    const found: Completion[] = [];
    let completed: Moment | null = null;
    for (const { to, opened, closed } of this.spans) {
      if (completed !== null && opened !== null) {
        found.push({ completed, reopened: opened });
        completed = null;
      }
      // hosts that came later without a labor leave it completed since then
      if (to !== null) completed = closed ?? completed;
      else if (opened !== null) completed = null;
    }
    if (completed !== null) found.push({ completed, reopened: null });
    return found.slice(-MAX_COMPLETIONS).map(shown);
  }

  private put(span: Span): void {
    if (this.floor !== null) {
      if (span.to !== null && span.to <= this.floor) return;
      span.from = maxPosition(span.from, this.floor);
    }
    let first = this.indexOf(span.from);
    // what ends where this one begins is one with it: the entry that closed the last opened the next
    if (first > 0 && reaches(this.spans[first - 1], span.from)) first -= 1;
    let next = first;
    for (let each = this.spans[next]; each !== undefined && reaches(span, each.from); each = this.spans[next]) {
      merge(span, each);
      next += 1;
    }
    this.spans.splice(first, next - first, span);
    if (this.spans.length > MAX_SPANS) this.forget();
  }

  /** Of the first span that begins behind the position. */
  private indexOf(position: Position): number {
    let [low, high] = [0, this.spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.spans[middle]?.from ?? position) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private forget(): void {
    const forgotten = this.spans.splice(0, this.spans.length - MAX_SPANS / 2);
    this.floor = forgotten.at(-1)?.to ?? this.floor;
  }
}

/** As plain values. */
function shown({ completed, reopened }: Completion): Completion {
  return { completed: alone(completed), reopened: reopened && alone(reopened) };
}

function reaches(span: Span | undefined, position: Position): boolean {
  return span !== undefined && (span.to === null || span.to >= position);
}

function merge(span: Span, other: Span): void {
  span.from = minPosition(span.from, other.from);
  span.to = span.to === null || other.to === null ? null : maxPosition(span.to, other.to);
  if (other.opened !== null && (span.opened === null || other.opened.position < span.opened.position))
    span.opened = other.opened;
  if (other.closed !== null && (span.closed === null || other.closed.position > span.closed.position))
    span.closed = other.closed;
}
