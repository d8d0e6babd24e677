/** `PUT /catalogue`: brings the catalogue to what a file says. */
import { Controller, Inject, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ForeseenCatalogue, Ingest, ReplacedCatalogue } from '#application';
import { presentChanges, type CatalogueForeseenBody, type CatalogueReplacedBody } from '#contracts';
import type { CatalogueFile } from '#domain';
import {
  Caller,
  Documented,
  IfMatch,
  INGEST,
  JSON_MEDIA,
  Needs,
  tagAmended,
  TakesMedia,
  TakesQuery,
  TEXT_YAML_MEDIA,
  touches,
  valueOf,
  written,
  YAML_MEDIA,
  type Identity,
  type Matches,
} from '#platform';
import { callerOf } from '../caller.js';
import { DryRun } from '../dry-run.js';
import { presentAffected } from './answer.js';
import { catalogueFileTaken } from './documented.js';
import { CheckedFile } from './file.js';

@Controller('catalogue')
@Needs('admin')
export class CatalogueWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Put()
  @TakesMedia(JSON_MEDIA, YAML_MEDIA, TEXT_YAML_MEDIA)
  @TakesQuery()
  @Documented(catalogueFileTaken)
  async replace(
    @CheckedFile() file: CatalogueFile,
    @DryRun() isDry: boolean,
    @IfMatch() matches: Matches | undefined,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CatalogueReplacedBody | CatalogueForeseenBody> {
    const caller = callerOf(identity);
    if (isDry) return presentForeseen(valueOf(await this.ingest.foreseeCatalogue(file, caller, matches)));
    const outcome = valueOf(await this.ingest.replaceCatalogue(file, caller, matches));
    const { eventTypes, fates } = outcome.changes;
    written(reply, outcome.position);
    touches(reply.request, { definitions: eventTypes.length + fates.length });
    tagAmended(reply, outcome.revision);
    return presentReplaced(outcome);
  }
}

async function presentReplaced({ position, revision, changes }: ReplacedCatalogue): Promise<CatalogueReplacedBody> {
  return {
    revision,
    changes: await presentChanges(changes),
    unchanged: changes.unchanged,
    ...(position !== undefined && { position: String(position) }),
  };
}

async function presentForeseen({
  labors,
  typesOmitted,
  ...foreseen
}: ForeseenCatalogue): Promise<CatalogueForeseenBody> {
  return {
    ...(await presentReplaced(foreseen)),
    dryRun: true,
    labors: labors.map(presentAffected),
    ...(typesOmitted > 0 && { typesOmitted }),
  };
}
