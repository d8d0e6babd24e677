/** The messages of the relay: from entries to messages (F3) and ticks (F4), as a pure account of what was announced to each partition. */
import { CATALOGUE_STREAM, partitionOf, type Position, type StoredEntry, type Uuid } from '#contracts';
import type { EntryMessage, TickMessage } from '#ports';
import type { RelayPlace } from './place.js';

export class MessageAccount {
  /** Per partition: position of its last entry, or where the relay started. */
  private readonly lastEntry: Position[];
  /** Per partition: the greatest position announced to it. */
  private readonly announced: Position[];

  constructor(
    private readonly journal: Uuid,
    private readonly partitions: number,
    private current: RelayPlace,
  ) {
    this.lastEntry = Array<Position>(partitions).fill(current.position);
    this.announced = Array<Position>(partitions).fill(current.position);
  }

  /** Up to where everything was made a message of. */
  get place(): RelayPlace {
    return this.current;
  }

  /** The messages of the journal's next entries. */
  messagesOf(entries: readonly StoredEntry[]): readonly EntryMessage[] {
    return entries.map((entry) => this.messageOf(entry));
  }

  /** Ticks at the present place: for all partitions, or only for those to which it was not announced yet. */
  ticks(which: 'all' | 'behind'): readonly TickMessage[] {
    const { position, entryId, number } = this.current;
    const ticks: TickMessage[] = [];
    for (let partition = 0; partition < this.partitions; partition += 1) {
      if (which === 'behind' && this.announced[partition] === position) continue;
      this.announced[partition] = position;
      const previous = this.lastEntry[partition] ?? position;
      ticks.push({ kind: 'tick', partition, journal: this.journal, previous, position, entryId, number });
    }
    return ticks;
  }

  private messageOf(entry: StoredEntry): EntryMessage {
    const partition = partitionOf(entry.stream, this.partitions);
    const { catalogueRevision } = this.current;
    const number = this.current.number + 1;
    const previous = this.lastEntry[partition] ?? this.current.position;
    this.lastEntry[partition] = entry.position;
    this.announced[partition] = entry.position;
    this.current = {
      position: entry.position,
      entryId: entry.id,
      number,
      catalogueRevision: catalogueRevision + (entry.stream === CATALOGUE_STREAM ? 1 : 0),
    };
    return { kind: 'entry', partition, journal: this.journal, previous, number, entry, catalogueRevision };
  }
}
