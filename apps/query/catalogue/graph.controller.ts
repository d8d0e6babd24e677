/** `GET /fates/graph`: how work flows from type to type. Without an `ETag`: how old its counts are differs from one answer to the next. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import { fateGraphBody, type FateGraphBody, type JsonSchema } from '#contracts';
import {
  chooseMedia,
  Documented,
  Freshness,
  Needs,
  one,
  oneOf,
  queryOf,
  READING,
  Serves,
  showing,
  TakesQuery,
  terms,
  type QueryTable,
} from '#platform';
import { presentFateGraph } from './graph-present.js';
import { dotOf, mermaidOf } from './graph-text.js';

const { quest } = terms;

const FORMS = {
  'application/json': 'json',
  'text/vnd.graphviz': 'dot',
  'text/vnd.mermaid': 'mermaid',
} as const;
type Media = keyof typeof FORMS;
const MEDIA = Object.keys(FORMS) as readonly Media[];

const QUERY = {
  quest: { ...one(quest), about: 'Counts the labors of this quest alone.' },
  format: one(oneOf(...Object.values(FORMS))),
} as const satisfies QueryTable;

const text: JsonSchema = { type: 'string' };

@Controller('fates')
@Needs('read')
export class FateGraphReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get('graph')
  @TakesQuery()
  @Serves(...MEDIA)
  @Documented({
    id: 'getFateGraph',
    summary:
      'Shows how work flows: event types with their open labors, the fates between them, and the flows that they form',
    query: QUERY,
    answers: {
      200: {
        about: 'The graph; as DOT or Mermaid its nodes and edges, to be drawn.',
        content: { 'application/json': fateGraphBody, 'text/vnd.graphviz': text, 'text/vnd.mermaid': text },
      },
    },
    problems: ['quest-unknown'],
  })
  async graph(
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FateGraphBody | string> {
    const { of, media } = askedBy(reply.request);
    const graph = await presentFateGraph(showing(reply, await this.reading.fateGraph(of, demand)));
    void reply.header('vary', 'accept').header('cache-control', 'no-store');
    if (media === 'application/json') return graph;
    void reply.type(`${media}; charset=utf-8`);
    return media === 'text/vnd.graphviz' ? dotOf(graph) : mermaidOf(graph);
  }
}

/** `format` outweighs `Accept`. Throws as {@link queryOf} does. */
function askedBy({ url, headers }: FastifyRequest) {
  const { quest: of = null, format } = queryOf(url, QUERY);
  const named = MEDIA.find((each) => FORMS[each] === format);
  return { of, media: named ?? chooseMedia(headers.accept, MEDIA) ?? 'application/json' };
}
