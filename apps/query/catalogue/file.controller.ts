/** `GET /catalogue`: what is in force as a file, which `PUT /catalogue` takes. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import { catalogueFile, inTurns, presentCatalogueFile, type CatalogueFileBody, type Steps } from '#contracts';
import { catalogueFile as fileOf } from '#domain';
import {
  answerTagged,
  chooseMedia,
  Documented,
  Freshness,
  JSON_MEDIA,
  Needs,
  one,
  oneOf,
  queryOf,
  READING,
  Serves,
  showing,
  tagOf,
  TakesQuery,
  YAML_MEDIA,
  yamlOf,
  type QueryTable,
} from '#platform';

/** Media types that are served, and the text of each. */
const MEDIA = [JSON_MEDIA, YAML_MEDIA] as const;
const FORMATS = { json: JSON_MEDIA, yaml: YAML_MEDIA } as const;
const QUERY = { format: one(oneOf('json', 'yaml')) } as const satisfies QueryTable;
/** Items that are written in one step. */
const STEP_ITEMS = 500;

@Controller('catalogue')
@Needs('read')
export class CatalogueFileReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  @Serves(...MEDIA)
  @Documented({
    id: 'getCatalogue',
    summary: 'Shows the catalogue as a file: the event types and fates in force, as they are defined',
    description:
      'Its order does not depend on when they were defined, each item has lines of its own, and what is as by default is left out. The `ETag` is for `If-Match` of the `PUT`, too.',
    query: QUERY,
    tags: true,
    answers: {
      200: {
        about: 'The file.',
        content: { [JSON_MEDIA]: catalogueFile, [YAML_MEDIA]: catalogueFile },
      },
    },
  })
  async file(
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReturnType<typeof answerTagged<string>>> {
    const { request } = reply;
    const media = mediaAsked(request);
    const catalogue = showing(reply, await this.reading.catalogue(demand));
    const file = await presentCatalogueFile(await inTurns(fileOf(catalogue)));
    const body = await inTurns(media === JSON_MEDIA ? jsonOf(file) : yamlOf(file));
    void reply.header('vary', 'accept');
    return answerTagged(request, reply, {
      body,
      etag: tagOf(body, catalogue.revision),
      type: `${media}; charset=utf-8`,
    });
  }
}

/** `format` outweighs `Accept`. Throws as {@link queryOf} does. */
function mediaAsked({ url, headers }: FastifyRequest): (typeof MEDIA)[number] {
  const { format } = queryOf(url, QUERY);
  return format === undefined ? (chooseMedia(headers.accept, MEDIA) ?? JSON_MEDIA) : FORMATS[format];
}

/** JSON in which each item has a line of its own. */
function* jsonOf(file: CatalogueFileBody): Steps<string> {
  const fields: string[] = [];
  for (const [name, items] of Object.entries(file)) {
    const lines: string[] = [];
    for (const [index, item] of items.entries()) {
      if (index % STEP_ITEMS === 0) yield;
      lines.push(`\n    ${JSON.stringify(item)}`);
    }
    fields.push(`\n  ${JSON.stringify(name)}: [${lines.join()}${lines.length > 0 ? '\n  ' : ''}]`);
  }
  return `{${fields.join()}\n}\n`;
}
