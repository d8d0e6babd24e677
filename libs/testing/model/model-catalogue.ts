/** The model's catalogue: a list of types, a list of fates, looked through from end to end. */
import type { CatalogueEntry, EventLogged, EventTypeDefined, FateDefined } from '#domain';

type Kept<T> = { -readonly [K in keyof T]: T[K] } & { inForce: boolean };

export class ModelCatalogue {
  revision = 0;
  private types: Kept<EventTypeDefined>[] = [];
  private fates: Kept<FateDefined>[] = [];

  apply(entry: CatalogueEntry): void {
    this.revision += 1;
    if (entry.kind === 'EventTypeDefined') this.types.push({ ...entry, inForce: true });
    if (entry.kind === 'FateDefined') this.fates.push({ ...entry, inForce: true });
    for (const type of this.types.filter(({ id }) => id === entry.id)) {
      if (entry.kind === 'EventTypeRetired') type.inForce = false;
      if (entry.kind === 'EventTypeRestored') type.inForce = true;
    }
    for (const fate of this.fates.filter(({ id }) => id === entry.id)) {
      if (entry.kind === 'FateRetired') fate.inForce = false;
      if (entry.kind === 'FateRestored') fate.inForce = true;
      if (entry.kind === 'FateAmended' && entry.actors) fate.actors = entry.actors;
    }
    if (entry.kind === 'EventTypeDeleted') this.types = this.types.filter(({ id }) => id !== entry.id);
    if (entry.kind === 'FateDeleted') this.fates = this.fates.filter(({ id }) => id !== entry.id);
  }

  /** Whether the event's type, as a pair, is defined and not retired. */
  hasInForce({ category, state }: EventLogged): boolean {
    return this.types.some((type) => type.category === category && type.state === state && type.inForce);
  }

  /** By number. */
  fatesInForce(): readonly FateDefined[] {
    return this.fates.filter(({ inForce }) => inForce).sort((a, b) => a.id - b.id);
  }
}
