/** Between a replay and the loading of a generation: what it gives out is handed on in batches. */
import type { HostDocument, LaborDocument, PartDocument } from '#contracts';
import type { LoadedDocuments } from '#ports';
import type { FoldedQuest } from '../../folding/quest-record.js';
import type { FoldedHost, ReplayListener } from '../listener.js';

/** Documents that are handed over at once. */
const ADD_DOCUMENTS = 2000;

export class Adding implements ReplayListener {
  private batch = emptyBatch();
  private count = 0;

  constructor(private readonly add: (documents: LoadedDocuments) => void | Promise<void>) {}

  host({ document, labors, parts, marks }: FoldedHost): void | Promise<void> {
    const { batch } = this;
    batch.hosts.push(document);
    for (const labor of labors) batch.labors.push(labor);
    for (const part of parts) batch.parts.push(part);
    for (const [quest, position] of marks) batch.marks.push({ quest, position });
    return this.added(1 + labors.length + parts.length + marks.size);
  }

  large(document: HostDocument): void | Promise<void> {
    this.batch.hosts.push(document);
    return this.added(1);
  }

  quest({ record, changes, parts }: FoldedQuest): void | Promise<void> {
    this.batch.quests.push(record);
    for (const change of changes) this.batch.questEntries.push(change);
    for (const part of parts) this.batch.parts.push(part);
    return this.added(1 + changes.length + parts.length);
  }

  catalogue(entry: Parameters<ReplayListener['catalogue']>[0]): void | Promise<void> {
    this.batch.catalogue.push(entry);
    return this.added(1);
  }

  names(entry: Parameters<ReplayListener['names']>[0]): void | Promise<void> {
    this.batch.names.push(entry);
    return this.added(1);
  }

  async end(): Promise<void> {
    const { batch, count } = this;
    this.batch = emptyBatch();
    this.count = 0;
    if (count > 0) await this.add(batch);
  }

  private added(documents: number): void | Promise<void> {
    this.count += documents;
    if (this.count >= ADD_DOCUMENTS) return this.end();
  }
}

/** Lists to push to. */
type Batch = { -readonly [Name in keyof LoadedDocuments]-?: NonNullable<LoadedDocuments[Name]>[number][] };

function emptyBatch(): Batch {
  const documents = { hosts: [] as HostDocument[], labors: [] as LaborDocument[], parts: [] as PartDocument[] };
  return { ...documents, marks: [], quests: [], questEntries: [], catalogue: [], names: [] };
}
