/** The catalogue as the views have it: its entries are folded once, and then only those that came since are asked for. */
import type { CatalogueEntryDocument } from '#contracts';
import { emptyCatalogue, foldCatalogue, type Catalogue, type CatalogueEntry } from '#domain';
import type { ViewsReader } from '#ports';

interface Known {
  readonly generation: number;
  readonly catalogue: Catalogue;
}

interface Load {
  readonly generation: number;
  readonly loaded: Promise<Known>;
}

/** Most entries that are read and folded in one step. */
const PAGE = 500;

/** The catalogue of a generation; the same object while it is the same, because its rules are worked out once per object. */
export class CatalogueReader {
  private last: Known | undefined;
  private loading: Load | undefined;

  constructor(private readonly views: Pick<ViewsReader, 'catalogue'>) {}

  /**
   * As it is after this call began. However many read at once, a change is sent and folded once for those that share a load: a load
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
    let catalogue = this.last?.generation === generation ? this.last.catalogue : emptyCatalogue;
    for (let isAll = false; !isAll;) {
      const page = await this.views.catalogue(generation, catalogue.revision, PAGE);
      const next = unbroken(page, catalogue.revision);
      if (next.length > 0) catalogue = foldCatalogue(catalogue, next);
      isAll = next.length < PAGE;
    }
    this.last = { generation, catalogue };
    return this.last;
  }
}

/** The entries from revision `from` on, up to the first that is missing: it is about to be written. */
function unbroken(page: readonly CatalogueEntryDocument[], from: number): readonly CatalogueEntry[] {
  const hole = page.findIndex(({ revision }, index) => revision !== from + index);
  return (hole < 0 ? page : page.slice(0, hole)).map(({ entry }) => entry);
}
