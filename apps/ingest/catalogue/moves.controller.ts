/** Makes the routes that retire, restore and delete event types and fates (rule 10). */
import { Controller, Delete, HttpCode, Inject, Param, Post, Res, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import type { StatusMove } from '#domain';
import { Caller, Documented, IfMatch, INGEST, Needs, NoBody, TakesQuery, type Identity, type Matches } from '#platform';
import { callerOf } from '../caller.js';
import { DryRun } from '../dry-run.js';
import { answerForeseen, answerMoved } from './answer.js';
import { moveDocumented } from './documented-moves.js';
import { MOVABLES, type Movable } from './movables.js';

function moveWriter<T, B extends object>(movable: Movable<T, B>, move: StatusMove): Type {
  const { path, param, present } = movable;
  const isDelete = move === 'delete';
  const Route = isDelete ? Delete(`:${param}`) : Post(`:${param}/${move}`);
  // a body of DELETE has no meaning
  const Taken = isDelete ? (): ParameterDecorator => () => undefined : NoBody;

  @Controller(path)
  @Needs('admin')
  class MoveWriter {
    constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

    @Route
    @TakesQuery()
    @Documented(moveDocumented(movable, move))
    @HttpCode(200)
    async move(
      @Param(param) name: string,
      @DryRun() isDry: boolean,
      @IfMatch() matches: Matches | undefined,
      @Caller() identity: Identity,
      @Res({ passthrough: true }) reply: FastifyReply,
      @Taken() _body: undefined,
    ): Promise<object> {
      const unchanged = matches && ((current: T) => matches(present(current)));
      const caller = callerOf(identity);
      if (isDry) return answerForeseen(await movable.foresee(this.ingest, name, move, caller, unchanged), movable);
      const outcome = await movable.move(this.ingest, name, move, caller, unchanged);
      return answerMoved(reply, outcome, present, move);
    }
  }
  return MoveWriter;
}

function writersOf<T, B extends object>(movable: Movable<T, B>): readonly Type[] {
  return (['retire', 'restore', 'delete'] as const).map((move) => moveWriter(movable, move));
}

export const MOVE_WRITERS: readonly Type[] = [...writersOf(MOVABLES.eventType), ...writersOf(MOVABLES.fate)];
