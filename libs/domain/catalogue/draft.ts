/** For `evolve.ts` alone: a catalogue under change, whose cost is one copy and one index for a fold, however many entries it has. */
import type { TypeName } from '../names.js';
import { carryIndex } from './fate-index.js';
import { fateTextLength, typeTextLength } from './limits.js';
import type { EventTypeId, FateId } from './ids.js';
import type { Catalogue, EventType, Fate } from './state.js';

/** A catalogue while entries are applied to it. Of types and fates it has a copy of its own from the first change on. */
export class Draft {
  revision: number;
  nextEventTypeId: number;
  nextFateId: number;
  private textLength: number;
  private ownTypes: Map<TypeName, EventType> | undefined;
  private ownFates: Map<FateId, Fate> | undefined;
  private names: Map<EventTypeId, TypeName> | undefined;
  private readonly changedFates = new Set<FateId>();
  private isOutOfOrder = false;

  constructor(private readonly before: Catalogue) {
    ({ revision: this.revision, nextEventTypeId: this.nextEventTypeId, nextFateId: this.nextFateId } = before);
    this.textLength = before.textLength;
  }

  fate(id: FateId): Fate | undefined {
    return (this.ownFates ?? this.before.fates).get(id);
  }

  setFate(fate: Fate): void {
    this.deductFate(fate.id);
    this.textLength += fateTextLength(fate);
    this.fates.set(fate.id, fate);
  }

  deleteFate(id: FateId): void {
    this.deductFate(id);
    this.fates.delete(id);
  }

  typeOfId(id: EventTypeId): EventType | undefined {
    const name = this.nameOf(id);
    return name === undefined ? undefined : this.types.get(name);
  }

  setType(type: EventType): void {
    const replaced = this.types.get(type.name);
    if (replaced !== undefined) {
      this.names?.delete(replaced.id);
      this.textLength -= typeTextLength(replaced);
    }
    this.textLength += typeTextLength(type);
    this.types.set(type.name, type);
    this.names?.set(type.id, type.name);
  }

  deleteType(id: EventTypeId): void {
    const name = this.nameOf(id);
    const type = name === undefined ? undefined : this.types.get(name);
    if (name === undefined || type === undefined) return;
    this.textLength -= typeTextLength(type);
    this.types.delete(name);
    this.names?.delete(id);
  }

  /** Fates by number, ascending, is a promise of the state; a number out of order breaks it until the end. */
  disorderFates(): void {
    this.isOutOfOrder = true;
  }

  finished(): Catalogue {
    const { revision, nextEventTypeId, nextFateId, textLength, before } = this;
    const fates = this.isOutOfOrder ? new Map([...this.fates].sort(([a], [b]) => a - b)) : this.ownFates;
    if (fates) carryIndex(before.fates, fates, this.changedFates);
    return {
      revision,
      nextEventTypeId,
      nextFateId,
      textLength,
      types: this.ownTypes ?? before.types,
      fates: fates ?? before.fates,
    };
  }

  private get fates(): Map<FateId, Fate> {
    return (this.ownFates ??= new Map(this.before.fates));
  }

  /** The fate is about to be another, or gone. */
  private deductFate(id: FateId): void {
    const before = this.fates.get(id);
    if (before !== undefined) this.textLength -= fateTextLength(before);
    this.changedFates.add(id);
  }

  private get types(): Map<TypeName, EventType> {
    return (this.ownTypes ??= new Map(this.before.types));
  }

  /** From an index that is made for the first entry that asks for it, once for all of a fold. */
  private nameOf(id: EventTypeId): TypeName | undefined {
    if (this.names === undefined) {
      this.names = new Map();
      for (const type of this.types.values()) this.names.set(type.id, type.name);
    }
    return this.names.get(id);
  }
}
