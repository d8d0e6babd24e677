/** The graph of the fates in the languages of Graphviz and Mermaid. No name in it is taken for a piece of the language. */
import { inTurns, type FateGraphBody, type Steps } from '#contracts';

type Node = FateGraphBody['nodes'][number];
type Edge = FateGraphBody['edges'][number];

/** How a language writes the parts of a graph; ids are made of letters and digits. */
interface Language {
  readonly head: string;
  readonly node: (id: string, node: Node) => string;
  readonly edge: (from: string, to: string, edge: Edge) => string;
  readonly foot: string;
}

/** https://graphviz.org/doc/info/lang.html */
const DOT: Language = {
  head: 'digraph fates {\n  rankdir=LR;\n  node [shape=box];\n',
  node: (id, node) => `  ${id} [label=${inDot(labelOf(node))}${node.stranded === true ? ', color=red' : ''}];\n`,
  edge: (from, to, edge) =>
    `  ${from} -> ${to} [label=${inDot(nameOf(edge))}${edge.intermediate === true ? ', style=dashed' : ''}];\n`,
  foot: '}\n',
};

/** https://mermaid.js.org/syntax/flowchart.html */
const MERMAID: Language = {
  head: 'flowchart LR\n',
  node: (id, node) => `  ${id}["${inMermaid(labelOf(node))}"]${node.stranded === true ? ':::stranded' : ''}\n`,
  edge: (from, to, edge) =>
    `  ${from} ${edge.intermediate === true ? '-.->' : '-->'}|"${inMermaid(nameOf(edge))}"| ${to}\n`,
  foot: '  classDef stranded stroke:red\n',
};

export function dotOf(graph: FateGraphBody): Promise<string> {
  return inTurns(write(graph, DOT));
}

export function mermaidOf(graph: FateGraphBody): Promise<string> {
  return inTurns(write(graph, MERMAID));
}

function* write({ nodes, edges }: FateGraphBody, { head, node, edge, foot }: Language): Steps<string> {
  const ids = new Map(nodes.map(({ type }, index) => [type, `t${index + 1}`]));
  let text = head;
  for (const each of nodes) {
    yield;
    text += node(ids.get(each.type) ?? '', each);
  }
  for (const each of edges) {
    yield;
    const [from, to] = [ids.get(each.creates), ids.get(each.completedBy)];
    if (from !== undefined && to !== undefined) text += edge(from, to, each);
  }
  return text + foot;
}

function labelOf({ type, open, closed }: Node): string {
  return closed === undefined ? `${type}: ${open} open` : `${type}: ${open} open, ${closed} closed`;
}

function nameOf({ fate, name, follows }: Edge): string {
  const pinned = follows === undefined ? '' : ` after ${follows}`;
  return name === null ? `${fate}${pinned}` : `${fate} ${name}${pinned}`;
}

/** A quoted text; a backslash would begin an escape of labels. */
function inDot(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Everything but letters, digits, blanks and a few harmless signs as an entity, which Mermaid writes with # in place of &#. */
function inMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} .:,_-]/gu, (sign) => `#${sign.codePointAt(0) ?? 0};`);
}
