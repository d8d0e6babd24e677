/** Progress of a generation's partitions: one write of one document for all of them, in which none goes back. */
import type { PartitionProgress } from '#contracts';
import type { ProgressMove } from '#ports';
import type { Connection } from './connection.js';
import {
  CONTROL_ID,
  generationField,
  partitionField,
  requireGeneration,
  type ControlDocument,
} from './control-document.js';
import { readControl } from './control-reads.js';
import { textOf } from './positions.js';

/** Ignored where the generation has another number of partitions. Throws GenerationGone where it is not there (any more). */
export async function raiseProgress(
  connection: Connection,
  generation: number,
  { partitions, moved }: ProgressMove,
): Promise<void> {
  if (moved.length === 0) return;
  const control = connection.control<ControlDocument>();
  const field = generationField(generation);
  const filter = { _id: CONTROL_ID, [`generations.${field}.partitions`]: partitions };
  // one stage for each, so that a repeated item is raised twice
  const stages = moved.map((each) => {
    const path = `progress.${field}.${partitionField(each.partition)}`;
    return { $set: { [path]: raised(`$${path}`, each) } };
  });
  const { matchedCount } = await connection.write(() => control.updateOne(filter, stages));
  if (matchedCount === 0) requireGeneration(await readControl(connection), generation);
}

/** The server's words for: of the stored and the next the one that is further on, heard at the later of both times. */
function raised(stored: string, { position, entryId, number, heardAtMs }: PartitionProgress): object {
  const text = textOf(position);
  const heard = { heardAtMs: { $max: [`${stored}.heardAtMs`, heardAtMs] } };
  const next = { position: text, entryId: { $literal: entryId }, number: { $literal: number } };
  const same = {
    entryId: entryId === null ? `${stored}.entryId` : { $literal: entryId },
    number: number === null ? `${stored}.number` : { $literal: number },
  };
  return {
    $switch: {
      branches: [
        { case: { $eq: [{ $type: stored }, 'missing'] }, then: '$$REMOVE' },
        { case: { $lt: [text, `${stored}.position`] }, then: { $mergeObjects: [stored, heard] } },
        { case: { $gt: [text, `${stored}.position`] }, then: { $mergeObjects: [next, heard] } },
      ],
      default: { $mergeObjects: [stored, same, heard] },
    },
  };
}
