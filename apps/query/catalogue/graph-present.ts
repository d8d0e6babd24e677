/** The graph of the fates as it is answered: as JSON, and as texts that other programs draw. */
import type { FateGraphView } from '#application';
import { inTurns, type FateGraphBody, type Steps } from '#contracts';

type Node = FateGraphBody['nodes'][number];
type Edge = FateGraphBody['edges'][number];

/** There may be thousands of each: in turns with other requests. */
export function presentFateGraph(view: FateGraphView): Promise<FateGraphBody> {
  return inTurns(graphBody(view));
}

function* graphBody({ graph, quest, countsAgeMs, ...view }: FateGraphView): Steps<FateGraphBody> {
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    yield;
    nodes.push(...presentNode(node, view));
  }
  const edges: Edge[] = [];
  for (const fate of graph.edges) {
    yield;
    edges.push(presentEdge(fate, view));
  }
  return {
    ...(quest === null ? {} : { quest }),
    ...{ nodes, edges, flows: graph.flows },
    ...(countsAgeMs === null ? {} : { countsAgeS: countsAgeMs / 1000 }),
  };
}

function presentEdge(
  { id, name, creates, completedBy, intermediate, follows }: FateGraphView['graph']['edges'][number],
  { fired }: Pick<FateGraphView, 'fired'>,
): Edge {
  return {
    ...{ fate: id, name, creates, completedBy },
    ...(intermediate ? { intermediate: true } : {}),
    ...(follows === null ? {} : { follows }),
    fired: fired.has(id),
  };
}

/** A type that is not in force is shown while labors of it are open. */
function presentNode(
  { type, inForce, starting, stranded }: FateGraphView['graph']['nodes'][number],
  { open, closed }: Pick<FateGraphView, 'open' | 'closed'>,
): readonly Node[] {
  const labors = open.get(type) ?? 0;
  if (!inForce && labors === 0) return [];
  return [
    {
      ...{ type, open: labors },
      ...(closed === null ? {} : { closed: closed.get(type) ?? 0 }),
      ...(starting ? { starting: true } : {}),
      ...(stranded ? { stranded: true } : {}),
      ...(inForce ? {} : { retired: true }),
    },
  ];
}
