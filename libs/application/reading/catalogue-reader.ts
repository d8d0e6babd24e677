/** The catalogue as the views have it: read whole where it has changed, and else only asked whether it has. */
import { emptyCatalogue, type Catalogue } from '#domain';
import type { ViewsReader } from '#ports';

interface Known {
  readonly generation: number;
  readonly catalogue: Catalogue;
}

interface Load {
  readonly generation: number;
  readonly loaded: Promise<Known>;
}

/** The catalogue of a generation; the same object while it is the same, because its rules are compiled once per object. */
export class CatalogueReader {
  private last: Known | undefined;
  private loading: Load | undefined;

  constructor(private readonly views: Pick<ViewsReader, 'catalogue'>) {}

  /**
   * As it is after this call began. However many read at once, a change is decoded once for those that share a load: a load
   * that is in flight may have begun before what the caller has seen, so it waits for that one, and shares the next.
   */
  async read(generation: number): Promise<Catalogue> {
    const before = this.loading;
    if (before?.generation === generation) await before.loaded.catch(() => undefined);
    if (this.loading === before || this.loading?.generation !== generation) this.loading = this.load(generation);
    return (await this.loading.loaded).catalogue;
  }

  private load(generation: number): Load {
    const load = { generation, loaded: this.loadOf(generation) };
    const ended = (): void => {
      if (this.loading === load) this.loading = undefined;
    };
    load.loaded.then(ended, ended);
    return load;
  }

  private async loadOf(generation: number): Promise<Known> {
    const known = this.last?.generation === generation ? this.last.catalogue : emptyCatalogue;
    const found = await this.views.catalogue(generation, known.revision);
    this.last = { generation, catalogue: found?.catalogue ?? known };
    return this.last;
  }
}
