/** The flow of a fleet's work as a graph: event types, the fates in force between them, and the flows that these form. */
import type { TypeName } from '../names.js';
import { completionsOf, isStarting, rulesOf, strandedTypes } from './rules.js';
import type { Catalogue, Fate } from './state.js';

/** An event type in force, or one of which labors may be open. */
export interface GraphNode {
  readonly type: TypeName;
  /** Whether it may be logged: it is defined, and not retired. */
  readonly inForce: boolean;
  /** Whether an event of it opens a labor outside a chain (rule 1). */
  readonly starting: boolean;
  /** Whether labors of it may be open that nothing closes (rule 10). */
  readonly stranded: boolean;
}

/**
 * Labor types that follow each other in chains (rules 3 and 4), joined where chains meet; mostly one. Each type of which a fate in
 * force creates labors is in one flow.
 */
export interface Flow {
  /** Of `steps`, those with which a chain can begin; none where nothing begins it, so that it never comes up. */
  readonly starts: readonly TypeName[];
  /** Labor types, in the order of the flow as far as there is one. */
  readonly steps: readonly TypeName[];
  /** Event types that end a chain: they complete one of the steps, and nothing follows. */
  readonly ends: readonly TypeName[];
}

export interface FateGraph {
  /** By name. */
  readonly nodes: readonly GraphNode[];
  /** The fates in force, by number. */
  readonly edges: readonly Fate[];
  /** By the name of the first step. */
  readonly flows: readonly Flow[];
}

/** Of the present catalogue, in steps: it may have thousands of fates, in one flow or in as many. */
export function* fateGraph(catalogue: Catalogue): Generator<void, FateGraph, void> {
  const edges: Fate[] = [];
  for (const fate of catalogue.fates.values()) if (fate.status === 'in-force') edges.push(fate);
  yield;
  const links = new Map<TypeName, Link>();
  const laborTypes = [...new Set(edges.map(({ creates }) => creates))].sort();
  for (const type of laborTypes) {
    yield;
    links.set(type, yield* linkOf(catalogue, type));
  }
  const nodes: GraphNode[] = [];
  for (const node of nodesOf(catalogue, edges)) {
    yield;
    nodes.push(node);
  }
  const flows: Flow[] = [];
  for (const steps of joined(yield* neighboursOf(links))) {
    yield;
    flows.push(yield* flowOf(catalogue, steps, links));
  }
  return { nodes, edges, flows };
}

function* nodesOf(catalogue: Catalogue, edges: readonly Fate[]): Generator<GraphNode> {
  const stranded = new Set(strandedTypes(catalogue));
  const types = new Set<TypeName>();
  for (const { name, status } of catalogue.types.values())
    if (status === 'in-force' || stranded.has(name)) types.add(name);
  for (const { creates, completedBy } of edges) types.add(creates).add(completedBy);
  for (const type of [...types].sort()) {
    const inForce = catalogue.types.get(type)?.status === 'in-force';
    yield { type, inForce, starting: isStarting(catalogue, type), stranded: stranded.has(type) };
  }
}

/** What completes labors of one type: with a follow-up, or as their end. */
interface Link {
  readonly next: readonly TypeName[];
  readonly ends: readonly TypeName[];
}

/** Thousands of event types may complete one. */
function* linkOf(catalogue: Catalogue, type: TypeName): Generator<void, Link, void> {
  const next: TypeName[] = [];
  const ends: TypeName[] = [];
  for (const { type: event } of completionsOf(catalogue, type)) {
    yield;
    const category = catalogue.types.get(event)?.category ?? '';
    const closing = rulesOf(catalogue, event, category)?.closes.get(type);
    (closing?.followUp ? next : ends).push(event);
  }
  return { next, ends };
}

type Neighbours = ReadonlyMap<TypeName, TypeName[]>;

/** Of each labor type, those before it and behind it in a chain. */
function* neighboursOf(links: ReadonlyMap<TypeName, Link>): Generator<void, Neighbours, void> {
  const neighbours: Neighbours = new Map([...links.keys()].map((type) => [type, []]));
  for (const [type, { next }] of links) {
    yield;
    for (const follower of next) {
      neighbours.get(type)?.push(follower);
      neighbours.get(follower)?.push(type);
    }
  }
  return neighbours;
}

/** The types that hang together, group by group. */
function* joined(neighbours: Neighbours): Generator<readonly TypeName[]> {
  const seen = new Set<TypeName>();
  for (const first of neighbours.keys()) {
    if (!seen.has(first)) yield reached([first], (type) => neighbours.get(type) ?? [], seen);
  }
}

function* flowOf(
  catalogue: Catalogue,
  group: readonly TypeName[],
  links: ReadonlyMap<TypeName, Link>,
): Generator<void, Flow, void> {
  const types = [...group].sort();
  const starts = types.filter((type) => isStarting(catalogue, type));
  const followed = new Set(types.flatMap((type) => links.get(type)?.next ?? []));
  yield;
  // what nothing leads to comes first, then what follows it; a circle begins where a chain can begin, or anywhere
  const first = types.filter((type) => !followed.has(type));
  const seen = new Set<TypeName>();
  const steps = reached([...first, ...starts, ...types], (type) => links.get(type)?.next ?? [], seen);
  yield;
  const ends = new Set(steps.flatMap((type) => links.get(type)?.ends ?? []));
  return { starts, steps, ends: [...ends] };
}

/** From each of `first` on what can be reached, nearest first; `seen` gets them, and those in it are left out. */
function reached(
  first: readonly TypeName[],
  next: (type: TypeName) => readonly TypeName[],
  seen: Set<TypeName>,
): readonly TypeName[] {
  const found: TypeName[] = [];
  for (const start of first) {
    if (seen.has(start)) continue;
    seen.add(start);
    const line = [start];
    // it grows while it is looked through
    for (const type of line) {
      found.push(type);
      for (const each of next(type)) {
        if (seen.has(each)) continue;
        seen.add(each);
        line.push(each);
      }
    }
  }
  return found;
}
