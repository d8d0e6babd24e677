/** The graph as DOT and Mermaid: names are texts, whatever is in them. */
import type { FateGraphBody } from '#contracts';
import { dotOf, mermaidOf } from './graph-text.js';

const graph: FateGraphBody = {
  nodes: [
    { type: 'a-required', open: 3, starting: true },
    { type: 'a-done', open: 0 },
    { type: 'b-lost', open: 1, closed: 2, stranded: true },
  ],
  edges: [
    { fate: 1, name: 'say "hi"\\n]; end <b>#1|x</b>', creates: 'a-required', completedBy: 'a-done', fired: true },
    { fate: 2, name: null, creates: 'a-done', completedBy: 'a-done', intermediate: true, follows: 1, fired: false },
    { fate: 3, name: null, creates: 'a-done', completedBy: 'not-there', fired: false },
  ],
  flows: [],
};

test('DOT: quotes and backslashes are escaped, and an edge to a type that is not shown is left out', async () => {
  expect(await dotOf(graph)).toBe(`digraph fates {
  rankdir=LR;
  node [shape=box];
  t1 [label="a-required: 3 open"];
  t2 [label="a-done: 0 open"];
  t3 [label="b-lost: 1 open, 2 closed", color=red];
  t1 -> t2 [label="1 say \\"hi\\"\\\\n]; end <b>#1|x</b>"];
  t2 -> t2 [label="2 after 1", style=dashed];
}
`);
});

test('Mermaid: whatever could mean something to it or to a browser is an entity', async () => {
  const text = await mermaidOf(graph);
  expect(text.split('\n')).toEqual([
    'flowchart LR',
    '  t1["a-required: 3 open"]',
    '  t2["a-done: 0 open"]',
    '  t3["b-lost: 1 open, 2 closed"]:::stranded',
    '  t1 -->|"1 say #34;hi#34;#92;n#93;#59; end #60;b#62;#35;1#124;x#60;#47;b#62;"| t2',
    '  t2 -.->|"2 after 1"| t2',
    '  classDef stranded stroke:red',
    '',
  ]);
});
