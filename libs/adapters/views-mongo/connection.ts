/** One client of the server: its collections, our own timer around every call, and the end of it all. */
import type { Collection, Db, Document, MongoClient } from 'mongodb';
import { MongoBulkWriteError, type AnyBulkWriteOperation } from 'mongodb';
import { duplicatesOf, translated, unavailable } from './errors.js';
import { CONTROL, nameOf, type CollectionKind } from './layout.js';
import { Pieces } from './pieces.js';

export interface BulkOutcome {
  /** Operations refused because a document of their id is there, ascending. */
  readonly refused: readonly number[];
  /** How many documents the filters found. */
  readonly matched: number;
}

export class Connection {
  readonly database: Db;
  private closed = false;
  private readonly pieces: Pieces;

  /** With every bulk and read: the server stops when nobody waits any more, so a repetition adds nothing to what it has to do. */
  readonly limits: { readonly maxTimeMS: number };

  /** `operationMs` bounds every call; without `writes` every write is refused, whatever the server would let its user do. */
  constructor(
    private readonly client: MongoClient,
    database: string,
    private readonly operationMs: number,
    private readonly writes: boolean,
  ) {
    this.database = client.db(database);
    this.limits = { maxTimeMS: operationMs };
    this.pieces = new Pieces(operationMs);
  }

  of<T extends Document>(kind: CollectionKind, number: number): Collection<T> {
    return this.database.collection<T>(nameOf(kind, number));
  }

  control<T extends Document>(): Collection<T> {
    return this.database.collection<T>(CONTROL);
  }

  requireOpen(): void {
    if (this.closed) throw unavailable('the views are closed');
  }

  /** Runs one exchange with the server; a failure and a late answer are a StoreUnavailable. */
  async run<T>(exchange: () => Promise<T>): Promise<T> {
    this.requireOpen();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(unavailable(`the server gave no answer within ${this.operationMs} ms`));
      }, this.operationMs);
    });
    try {
      return await Promise.race([exchange(), late]);
    } catch (error) {
      // a closed client has many error messages
      this.requireOpen();
      throw translated(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The same for an exchange that writes. */
  async write<T>(exchange: () => Promise<T>): Promise<T> {
    this.requireOpen();
    if (!this.writes) throw new Error('these views were opened for reading');
    return this.run(exchange);
  }

  /**
   * Piece after piece, each within the limit of time; within a piece each operation is tried, whatever became of the others.
   * Throws at the first piece that fails: what was written before it stays.
   */
  async bulk<T extends Document>(
    collection: Collection<T>,
    operations: readonly AnyBulkWriteOperation<T>[],
  ): Promise<BulkOutcome> {
    const refused: number[] = [];
    let matched = 0;
    for (let done = 0; done < operations.length;) {
      const piece = operations.slice(done, done + this.pieces.size);
      const outcome = await this.pieces.timed(piece.length, () => this.piece(collection, piece));
      for (const index of outcome.refused) refused.push(done + index);
      matched += outcome.matched;
      done += piece.length;
    }
    return { refused, matched };
  }

  /**
   * Writes that make their document where none is there. Two at once may both find none: then the server refuses one,
   * which is repeated once and finds the other's. A second refusal is answered: its filter rejects the stored document.
   */
  async upsert<T extends Document>(
    collection: Collection<T>,
    operations: readonly AnyBulkWriteOperation<T>[],
  ): Promise<readonly number[]> {
    const { refused } = await this.bulk(collection, operations);
    if (refused.length === 0) return [];
    const again = refused.map((index) => operations[index] as AnyBulkWriteOperation<T>);
    const outcome = await this.bulk(collection, again);
    return outcome.refused.map((index) => refused[index] as number);
  }

  private async piece<T extends Document>(
    collection: Collection<T>,
    operations: readonly AnyBulkWriteOperation<T>[],
  ): Promise<BulkOutcome> {
    return this.write(async () => {
      try {
        const { matchedCount } = await collection.bulkWrite(operations, { ordered: false, ...this.limits });
        return { refused: [], matched: matchedCount };
      } catch (error) {
        const refused = duplicatesOf(error);
        return { refused, matched: error instanceof MongoBulkWriteError ? error.matchedCount : 0 };
      }
    });
  }

  /** From now on everything is refused. Takes leave of the server, which may be away or say nothing, within the limit. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.operationMs);
    });
    await Promise.race([this.client.close(), late]).finally(() => {
      clearTimeout(timer);
    });
  }
}

/** Waits for all, so that no write of a phase is in flight when its failure is reported. */
export async function allOf(writes: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(writes);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
