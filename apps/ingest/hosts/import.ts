/** A request that imports an inventory: its lines are commands as they come, counted into one answer. */
import type { Caller, ImportedHosts, Ingest, Place } from '#application';
import type { HostsImportedBody, InventoryLine, Position } from '#contracts';
import { CSV_MEDIA, ProblemError, type StreamedBody } from '#platform';
import { faultsOf, firstErrors } from '../streams/line-errors.js';
import { LineReader, type LineError, type LineKind } from '../streams/line-reader.js';
import { StreamPlaces } from '../streams/places.js';
import type { ImportQuery } from './import-query.js';
import { csvInventory, ndjsonInventory } from './inventory.js';

/** Of the inventories that are open, those that are read at once. */
const MAX_BUSY = 2;

export interface ImportAsked extends ImportQuery {
  readonly body: StreamedBody;
  readonly media: string;
}

export interface ImportAnswer {
  readonly position: Position;
  readonly body: HostsImportedBody;
}

export class HostImports {
  private readonly places: StreamPlaces;

  /** `mostOpen`: inventories at once, idle or not; each has a set of the names of its hosts. */
  constructor(
    private readonly ingest: Ingest,
    private readonly stopping: AbortSignal,
    mostOpen: number,
  ) {
    this.places = new StreamPlaces({ what: 'inventories', mostOpen, mostBusy: Math.min(MAX_BUSY, mostOpen) });
  }

  /**
   * Throws a {@link ProblemError} where no line was good, where a store failed or the process stopped before the end, and where
   * the sender went away. See {@link StreamPlaces.during}.
   */
  import({ media, ...asked }: ImportAsked, caller: Caller, place: Place): Promise<ImportAnswer> {
    return media === CSV_MEDIA
      ? this.importLines(csvInventory(), asked, caller, place)
      : this.importLines(ndjsonInventory(), asked, caller, place);
  }

  private importLines<L extends { readonly number: number }>(
    kind: LineKind<L, InventoryLine>,
    { body, ...asked }: Omit<ImportAsked, 'media'>,
    caller: Caller,
    place: Place,
  ): Promise<ImportAnswer> {
    return this.places.during(place, async (pace) => {
      const reader = new LineReader(kind, pace, this.stopping);
      // what the reader rejects names no host: it may be of any that is known
      const options = { ...asked, isWhole: () => reader.stoppedAt === null && reader.rejected === 0 };
      const imported = await this.ingest.importHosts(reader.batches(body.chunks()), caller, options);
      return answerOf(imported, reader, asked.dryRun);
    });
  }
}

function answerOf(
  imported: ImportedHosts,
  reader: Pick<LineReader<{ readonly number: number }, unknown>, 'rejected' | 'errors' | 'stoppedAt'>,
  dryRun: boolean,
): ImportAnswer {
  const { position, refused, refusals, problem, missing, missingHosts, gone, ...counts } = imported;
  if (problem !== undefined) throw new ProblemError(problem);
  if (reader.stoppedAt !== null) throw stoppedAt(reader.stoppedAt);
  const rejected = reader.rejected + refused;
  const errors = firstErrors(reader.errors, refusals);
  if (counts.changed + counts.unchanged === 0) throw nothingTaken(rejected, errors);
  const isWhole = missing !== undefined && missingHosts !== undefined && gone !== undefined;
  const inventoryLacks = isWhole ? { missing, missingHosts, gone } : {};
  const body = { position: String(position), ...counts, rejected, errors, ...inventoryLacks };
  return { position, body: { ...body, ...(dryRun ? { dryRun } : {}) } };
}

function stoppedAt(line: number): ProblemError {
  const detail = `Hermes is stopping: lines up to ${line} are read, none after it; send the same again, and it is completed`;
  return new ProblemError({ code: 'store-unavailable', detail });
}

function nothingTaken(rejected: number, errors: readonly LineError[]): ProblemError {
  const detail =
    rejected === 0 ? 'the body has no line with a host' : `no line is a host that is taken: ${rejected} were rejected`;
  return new ProblemError({
    code: 'validation-failed',
    detail,
    errors: faultsOf(errors, `${detail}: send one host a line`),
  });
}
