/** Between a replay and the loading of a generation: what it gives out is handed on in batches, which bounds what goes from thread to thread at once (R2). */
import { charactersOf, type HostDocument, type LaborDocument, type PartDocument } from '#contracts';
import type { LoadedDocuments } from '#ports';
import type { FoldedQuest } from '../../folding/quest-record.js';
import type { FoldedHost, ReplayListener } from '../listener.js';

/** Documents that are handed on at once, where they have no more characters than {@link ADD_CHARACTERS}. */
export const ADD_DOCUMENTS = 2000;
/** The last document of a batch may go beyond it. Ordinary documents come to less than half of it. */
export const ADD_CHARACTERS = 4 * 2 ** 20;

export class Adding implements ReplayListener {
  private batch = emptyBatch();
  private count = 0;
  private characters = 0;

  constructor(private readonly add: (documents: LoadedDocuments) => void | Promise<void>) {}

  async host({ document, labors, parts, marks }: FoldedHost): Promise<void> {
    await this.put('hosts', [document]);
    await this.put('labors', labors);
    await this.put('parts', parts);
    for (const [quest, position] of marks) await this.put('marks', [{ quest, position }]);
  }

  large(document: HostDocument): Promise<void> {
    return this.put('hosts', [document]);
  }

  async quest({ record, changes, parts }: FoldedQuest): Promise<void> {
    await this.put('quests', [record]);
    await this.put('questEntries', changes);
    await this.put('parts', parts);
  }

  catalogue(entry: Parameters<ReplayListener['catalogue']>[0]): Promise<void> {
    return this.put('catalogue', [entry]);
  }

  names(entry: Parameters<ReplayListener['names']>[0]): Promise<void> {
    return this.put('names', [entry]);
  }

  async end(): Promise<void> {
    const { batch, count } = this;
    this.batch = emptyBatch();
    this.count = 0;
    this.characters = 0;
    if (count > 0) await this.add(batch);
  }

  private async put<Name extends keyof Batch>(name: Name, documents: readonly Batch[Name][number][]): Promise<void> {
    for (const document of documents) {
      const list: Batch[Name][number][] = this.batch[name];
      list.push(document);
      this.count += 1;
      this.characters += charactersOf(document);
      if (this.count >= ADD_DOCUMENTS || this.characters >= ADD_CHARACTERS) await this.end();
    }
  }
}

/** Lists to push to. */
type Batch = { -readonly [Name in keyof LoadedDocuments]-?: NonNullable<LoadedDocuments[Name]>[number][] };

function emptyBatch(): Batch {
  const documents = { hosts: [] as HostDocument[], labors: [] as LaborDocument[], parts: [] as PartDocument[] };
  return { ...documents, marks: [], quests: [], questEntries: [], catalogue: [], names: [] };
}
