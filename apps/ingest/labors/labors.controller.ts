/** Makes the routes of a command on labors: on one labor, and on many with a result for each. */
import { Controller, HttpCode, Inject, Param, Post, Res, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest, LaborResult } from '#application';
import {
  laborResultsBody,
  mapInTurns,
  writtenBody,
  type ErrorCode,
  type LaborResultsBody,
  type WrittenBody,
} from '#contracts';
import { answering, Caller, CheckedBody, Documented, INGEST, Needs, touches, valueOf, written } from '#platform';
import type { Identity, Operation } from '#platform';
import { answerWritten } from '../answer.js';
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

    /** `{position?, results}`: one result per id, in the order asked for. */
    @Post(name)
    @Documented(onManyLabors(...many, refusedMany))
    @HttpCode(200)
    async many(
      @CheckedBody(body.many) asked: { readonly labors: readonly string[] },
      @Caller() identity: Identity,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<LaborResultsBody> {
      const outcome = await this.ingest.commandLabors(asked.labors, command(asked), callerOf(identity));
      const { position, results } = valueOf(outcome);
      written(reply, position);
      touches(reply.request, { labors: results.length, refused: results.filter((one) => 'fault' in one).length });
      const shown = await mapInTurns(results, presentResult);
      return { ...(position === undefined ? {} : { position: String(position) }), results: shown };
    }
  }
  return LaborWriter;
}

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
  const about = 'One result per id, in their order: a position, or why it could not be done.';
  return { id, summary, writes: true, answers: answering(laborResultsBody, about), problems };
}

/** Two routes for each command. */
export const LABOR_WRITERS = LABOR_COMMANDS.map(laborWriter);
