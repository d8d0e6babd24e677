/** The catalogues over time, the real one and the supposed one. */
import type { Position } from '#contracts';
import { judgesOtherwise, supposedCatalogue, type Catalogue, type Supposition } from '#domain';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { BothCatalogues } from './host-what-if.js';

export class SupposedTimeline {
  private readonly known = new WeakMap<Catalogue, BothCatalogues>();

  /** `after`: entries up to there are judged by the real one alone. */
  constructor(
    private readonly timeline: CatalogueTimeline,
    private readonly supposition: Supposition,
    private readonly after: Position,
  ) {}

  /** What an entry at `position` is judged by, and the last place for which it is the same. The timeline was read up to there. */
  stretch(position: Position): { readonly catalogues: BothCatalogues; readonly to: Position } {
    const { state: real, to } = this.timeline.loadedStretch(position);
    const { after } = this;
    if (position <= after) return { catalogues: inTruth(real), to: to < after ? to : after };
    let catalogues = this.known.get(real);
    if (catalogues === undefined) {
      catalogues = both(real, supposedCatalogue(real, this.supposition));
      this.known.set(real, catalogues);
    }
    return { catalogues, to };
  }
}

function inTruth(real: Catalogue): BothCatalogues {
  return { real, supposed: real, differOn: () => false };
}

function both(real: Catalogue, supposed: Catalogue): BothCatalogues {
  const known = new Map<string, boolean>();
  return {
    ...{ real, supposed },
    differOn({ type, category }) {
      // of two pairs with one name only one is in force
      const key = `${type} ${category}`;
      let differ = known.get(key);
      if (differ === undefined) known.set(key, (differ = judgesOtherwise(real, supposed, type, category)));
      return differ;
    },
  };
}
