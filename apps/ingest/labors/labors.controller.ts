/** Makes the routes of a command on labors: on one labor, and on many with a result for each. */
import { Controller, HttpCode, Inject, Param, Post, Res, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest, LaborQuestion, LaborResult } from '#application';
import {
  laborsCommandedBody,
  writtenBody,
  type ErrorCode,
  type FoundBody,
  type LaborRequest,
  type LaborResultsBody,
  type OperationAcceptedBody,
  type WrittenBody,
} from '#contracts';
import {
  answering,
  Caller,
  CheckedBody,
  Documented,
  INGEST,
  laborFilters,
  Needs,
  TakesQuery,
  WhereBody,
  whereFilters,
} from '#platform';
import type { Identity, NamedOrWhere, Operation, WhereRequest } from '#platform';
import { answerWritten } from '../answer.js';
import { DRY_RUN, type MayBeDry } from '../dry-run.js';
import { answerFound, answerMany, COMMANDED_LATER, ON_FOUND, whereOf } from '../found.js';
import { callerOf } from '../caller.js';
import { LABOR_COMMANDS, type LaborCommandRoute } from './commands.js';

function laborWriter({ name, body, command, refused, refusedMany = [], one, many }: LaborCommandRoute<object>): Type {
  @Controller('labors')
  @Needs('operate')
  class LaborWriter {
    constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

    @Post(`:id/${name}`)
    @Documented(onOneLabor(...one, refused))
    @HttpCode(200)
    async one(
      @Param('id') id: string,
      @CheckedBody(body.one) asked: object,
      @Caller() identity: Identity,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<WrittenBody> {
      return answerWritten(reply, await this.ingest.commandLabor(id, command(asked), callerOf(identity)));
    }

    /** One result per labor, in the order asked for, or by host; with `dryRun=true` how many there would be. */
    @Post(name)
    @TakesQuery()
    @Documented(onManyLabors(...many, refusedMany))
    @HttpCode(200)
    async many(
      @WhereBody(laborsOrWhere(body))
      { these, dryRun = false, ...asked }: ManyLabors,
      @Caller() identity: Identity,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<LaborResultsBody | FoundBody | OperationAcceptedBody> {
      const caller = callerOf(identity);
      if (dryRun) return answerFound(await this.ingest.foreseeLaborsWhere(whereOf(these), caller));
      const outcome =
        'where' in these
          ? await this.ingest.commandLaborsWhere(these.where, command(asked), caller)
          : await this.ingest.commandLabors(these.named, command(asked), caller);
      return answerMany(reply, 'labors', outcome, presentResult);
    }
  }
  return LaborWriter;
}

const LABORS_WHERE = whereFilters('LaborsWhere', laborFilters);

function laborsOrWhere({ one, many, name }: LaborRequest<object>): WhereRequest {
  const names = [`${name}WhereRequest`, `${name}LaborsRequest`] as const;
  return { named: many, field: 'labors', rest: one, filters: LABORS_WHERE, names, beside: DRY_RUN };
}

type ManyLabors = MayBeDry & { readonly these: NamedOrWhere<LaborQuestion> };

function presentResult(result: LaborResult): LaborResultsBody['results'][number] {
  if ('fault' in result) return { id: result.id, code: result.fault.code, detail: result.fault.message };
  return { id: result.id, position: String(result.position) };
}

function onOneLabor(id: string, summary: string, refused: readonly ErrorCode[]): Operation {
  return {
    id,
    summary,
    writes: true,
    answers: answering(writtenBody, 'Done.'),
    problems: [...refused, 'host-parked', 'conflict'],
  };
}

function onManyLabors(id: string, summary: string, problems: readonly ErrorCode[]): Operation {
  const about =
    'One result per labor, in the order of the ids, or by host: a position, or why it could not be done. With `dryRun=true` how many match.';
  const description = `${ON_FOUND} Filters are those of \`GET /labors\`.`;
  const refused: readonly ErrorCode[] = [...problems, 'too-broad', 'not-caught-up'];
  return {
    id,
    summary,
    description,
    writes: true,
    answers: { ...answering(laborsCommandedBody, about), ...COMMANDED_LATER },
    problems: refused,
  };
}

/** Two routes for each command. */
export const LABOR_WRITERS = LABOR_COMMANDS.map(laborWriter);
