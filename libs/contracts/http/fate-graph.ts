/** `GET /fates/graph`: how work flows from type to type, and how much is open where. */
import * as names from './names.js';
import { component, count, fields, flag, listOf, nullable, text, typed, yes, type Infer } from './schema.js';

const types = listOf(names.typeName);

const node = component(
  'FateGraphNode',
  fields({
    type: names.typeName,
    open: { ...count, description: 'Open labors of it.' },
    'closed?': { ...count, description: 'Of one quest: its closed labors of it.' },
    'starting?': { ...yes, description: 'An event of it opens a labor.' },
    'stranded?': { ...yes, description: 'Nothing completes its labors.' },
    'retired?': { ...yes, description: 'It cannot be logged: it is retired or deleted.' },
  }),
);

const edge = component(
  'FateGraphEdge',
  fields({
    fate: names.number,
    name: nullable(text),
    creates: names.typeName,
    completedBy: names.typeName,
    'intermediate?': { ...yes, description: 'It only follows what another fate closed.' },
    'follows?': { ...names.number, description: 'The number of the one fate that it follows.' },
    fired: {
      ...flag,
      description: 'Whether some labor was ever opened in its name: that of the lowest number, of several that match.',
    },
  }),
);

const flow = component(
  'FateFlow',
  fields(
    {
      starts: { ...types, description: 'The steps with which a chain can begin; none where nothing begins it.' },
      steps: { ...types, description: 'Types of labors, in the order of the flow.' },
      ends: { ...types, description: 'Event types that complete a step, and nothing follows.' },
    },
    'Labors that follow each other in chains.',
  ),
);

export const fateGraphBody = component(
  'FateGraph',
  fields({
    'quest?': { ...names.questNumber, description: 'Whose labors are counted, where not all are.' },
    nodes: listOf(node),
    edges: { ...listOf(edge), description: 'The fates in force, by number.' },
    flows: listOf(flow),
    'countsAgeS?': typed<number>({
      type: 'number',
      format: 'double',
      minimum: 0,
      description: 'Open labors of all are counted every few seconds: how many seconds ago.',
    }),
  }),
);
export type FateGraphBody = Infer<typeof fateGraphBody>;
