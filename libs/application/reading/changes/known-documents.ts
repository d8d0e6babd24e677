/**
 * The documents that were sent as they are: those that each look reads again, since their partitions' progress has not passed
 * them. They are as many as the partitions publish before they store their progress.
 */
import type { Position } from '#contracts';
import type { Found } from './changed-pages.js';

/** More are not remembered, so that each look that is made sends them again: none is made until some progress has moved. */
const MOST_KNOWN = 100_000;

interface Entry {
  readonly stream: string;
  seenAt: Position;
  version: string;
}

export class KnownDocuments {
  private readonly known = new Map<string, Entry>();

  constructor(private readonly most = MOST_KNOWN) {}

  get isFull(): boolean {
    return this.known.size >= this.most;
  }

  /** Whether it was sent in this version; from now on it was. */
  isKnown({ key, stream, seenAt, version }: Found): boolean {
    const entry = this.known.get(key);
    if (entry === undefined) {
      if (!this.isFull) this.known.set(key, { stream, seenAt, version });
      return false;
    }
    const isSame = entry.version === version;
    entry.version = version;
    entry.seenAt = seenAt;
    return isSame;
  }

  /** Forgets those that no look reads any more, or that are known by their place. */
  forget(isPassed: (stream: string, seenAt: Position) => boolean): void {
    for (const [key, { stream, seenAt }] of this.known) if (isPassed(stream, seenAt)) this.known.delete(key);
  }

  clear(): void {
    this.known.clear();
  }
}
