/** The graph of the fates with the labors that are open in it: of all, as they are counted now and then, or of one quest, exactly. */
import { done, inTurns } from '#contracts';
import { fateGraph, type Catalogue, type FateGraph, type TypeName } from '#domain';
import type { ViewsReader } from '#ports';
import { both, hostsJudged } from './host-barrier.js';
import { findQuest } from './quest-reads.js';
import { questsCounted } from './quests-counted.js';
import type { ReadContext } from './read-context.js';
import type { FateGraphView, Reading } from './reading.js';

/** Drawn once for all who ask, while the catalogue is the same: with thousands of fates it is a quarter of a second of work. */
const drawnGraphs = new WeakMap<Catalogue, Promise<FateGraph>>();

function graphOf(catalogue: Catalogue): Promise<FateGraph> {
  let graph = drawnGraphs.get(catalogue);
  if (graph === undefined) {
    graph = inTurns(fateGraph(catalogue));
    drawnGraphs.set(catalogue, graph);
  }
  return graph;
}

export function fateGraphReads(context: ReadContext, { stats }: Pick<Reading, 'stats'>): Pick<Reading, 'fateGraph'> {
  const drawn = async (generation: number, views: ViewsReader): Promise<Pick<FateGraphView, 'graph' | 'fired'>> => {
    const [catalogue, fired] = await Promise.all([context.catalogues.read(generation), views.firedFates(generation)]);
    return { graph: await graphOf(catalogue), fired: new Set(fired) };
  };
  return {
    fateGraph: async (quest, demand) => {
      if (quest !== null) {
        return context.answer(
          demand,
          async ({ generation }, views) => {
            const found = await findQuest(views, generation, quest, context.now());
            if (!found.ok) return found;
            const steps = Object.entries(found.value.tally.steps) as [TypeName, { open: number; closed: number }][];
            const open = new Map(steps.map(([type, step]) => [type, step.open]));
            const closed = new Map(steps.map(([type, step]) => [type, step.closed]));
            return done<FateGraphView>({ ...(await drawn(generation, views)), quest, open, closed, countsAgeMs: null });
          },
          (views) => both(hostsJudged(views, { quests: [quest] }), questsCounted(views, [quest])),
        );
      }
      const counted = await stats(demand);
      if (!counted.ok) return counted;
      const { value, ageMs } = counted.value.body.openByType;
      const open = new Map(value.map((each) => [each.type, each.open]));
      const { place } = demand;
      return context.answer({ ...(place && { place }), sameAs: counted.value }, async ({ generation }, views) =>
        done<FateGraphView>({ ...(await drawn(generation, views)), quest, open, closed: null, countsAgeMs: ageMs }),
      );
    },
  };
}
