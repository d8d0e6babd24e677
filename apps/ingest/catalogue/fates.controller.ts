/** `/fates`: defining and amending them. */
import { Body, Controller, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import { fateAmendmentRequest, fateDefinition, fateRequest, presentFate } from '#contracts';
import type { FateAmendmentBody, FateBody, FateRequestBody } from '#contracts';
import type { Fate } from '#domain';
import { Caller, CheckedBody, Documented, IfMatch, INGEST, Needs, type Identity, type Matches } from '#platform';
import { callerOf } from '../caller.js';
import { answerAmended, answerDefined, MAX_DEFINITIONS } from './answer.js';
import { fateAmended, fatesDefined } from './documented.js';
import { fateAmendment } from './definitions.js';

@Controller('fates')
@Needs('admin')
export class FatesWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post()
  @Documented(fatesDefined)
  async define(
    @CheckedBody(fateRequest, { many: MAX_DEFINITIONS }) items: readonly FateRequestBody[],
    @Body() asked: unknown,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FateBody | readonly FateBody[]> {
    const outcome = await this.ingest.defineFates(items.map(fateDefinition), callerOf(identity));
    return answerDefined(reply, asked, outcome, presentFate);
  }

  @Patch(':fate')
  @Documented(fateAmended)
  async amend(
    @Param('fate') fate: string,
    @CheckedBody(fateAmendmentRequest) body: FateAmendmentBody,
    @IfMatch() matches: Matches | undefined,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FateBody> {
    const unchanged = matches && ((current: Fate) => matches(presentFate(current)));
    const outcome = await this.ingest.amendFate(fate, fateAmendment(body), callerOf(identity), unchanged);
    return answerAmended(reply, outcome, presentFate);
  }
}
