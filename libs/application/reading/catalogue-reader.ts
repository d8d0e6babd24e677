/** The catalogue as the views have it. */
import { emptyCatalogue, type Catalogue } from '#domain';
import type { ViewsReader } from '#ports';

/** The catalogue of a generation; the same object while it is the same, because its rules are compiled once per object. */
export class CatalogueReader {
  private last: { readonly generation: number; readonly catalogue: Catalogue } | undefined;

  constructor(private readonly views: Pick<ViewsReader, 'catalogue'>) {}

  async read(generation: number): Promise<Catalogue> {
    const catalogue = (await this.views.catalogue(generation))?.catalogue ?? emptyCatalogue;
    const { last } = this;
    if (last?.generation === generation && last.catalogue.revision === catalogue.revision) return last.catalogue;
    this.last = { generation, catalogue };
    return catalogue;
  }
}
