/** For this folder's specs alone: the questions about the past, answered from given values; calls are remembered. */
import { NO_HOSTS_COUNTED, NO_TALLY, type PartDocument, type PastOpen, type PastParts } from '#contracts';
import type { PastReader, PastTotals, StoredPartKey } from '#ports';
import { totalsOf } from './testing-documents.js';

export class FakePast implements PastReader {
  /** Every question in order, with its arguments. */
  readonly asked: (readonly [method: string, ...args: readonly unknown[]])[] = [];

  partsNow: readonly PartDocument[] = [];
  pastPartsNow: PastParts = {
    ...{ tally: NO_TALLY, hosts: NO_HOSTS_COUNTED, emptied: null },
    ...{ behind: false, looked: 0, forgetful: 0 },
  };
  pastOpenNow: PastOpen = { open: [], looked: 0, forgetful: 0 };

  partsAsOf(...args: unknown[]): Promise<PastParts> {
    return this.answer('partsAsOf', args, this.pastPartsNow);
  }

  parts(generation: number, keys: readonly StoredPartKey[]): Promise<readonly PartDocument[]> {
    const isAsked = (part: PartDocument) => keys.some(({ quest, host }) => part.quest === quest && part.host === host);
    return this.answer('parts', [generation, keys], this.partsNow.filter(isAsked));
  }

  openAsOf(...args: unknown[]): Promise<PastOpen> {
    return this.answer('openAsOf', args, this.pastOpenNow);
  }

  totalsAsOf(...args: unknown[]): Promise<PastTotals> {
    const { quests: _, ...totals } = totalsOf();
    return this.answer('totalsAsOf', args, totals);
  }

  /** The arguments of every call of `method`. */
  argumentsOf(method: string): readonly (readonly unknown[])[] {
    return this.asked.filter(([name]) => name === method).map(([, ...args]) => args);
  }

  protected answer<T>(method: string, args: readonly unknown[], value: T): Promise<T> {
    this.asked.push([method, ...args]);
    return Promise.resolve(value);
  }
}
