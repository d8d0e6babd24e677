/** Retiring, restoring and deleting event types and fates (rule 10): three routes for each. */
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

function moveWriter<T, B extends object>(movable: Movable<T, B>): Type {
  const { path, param, present } = movable;

  @Controller(path)
  @Needs('admin')
  class MoveWriter {
    constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

    @Post(`:${param}/retire`)
    @TakesQuery()
    @Documented(moveDocumented(movable, 'retire'))
    @HttpCode(200)
    retire(
      @Param(param) name: string,
      @NoBody() _body: undefined,
      @DryRun() isDry: boolean,
      @IfMatch() matches: Matches | undefined,
      @Caller() identity: Identity,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      return this.move('retire', name, { isDry, matches, identity, reply });
    }

    @Post(`:${param}/restore`)
    @TakesQuery()
    @Documented(moveDocumented(movable, 'restore'))
    @HttpCode(200)
    restore(
      @Param(param) name: string,
      @NoBody() _body: undefined,
      @DryRun() isDry: boolean,
      @IfMatch() matches: Matches | undefined,
      @Caller() identity: Identity,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      return this.move('restore', name, { isDry, matches, identity, reply });
    }

    @Delete(`:${param}`)
    @TakesQuery()
    @Documented(moveDocumented(movable, 'delete'))
    remove(
      @Param(param) name: string,
      @DryRun() isDry: boolean,
      @IfMatch() matches: Matches | undefined,
      @Caller() identity: Identity,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      return this.move('delete', name, { isDry, matches, identity, reply });
    }

    private async move(move: StatusMove, name: string, asked: Asked): Promise<object> {
      const { isDry, matches, identity, reply } = asked;
      const unchanged = matches && ((current: T) => matches(present(current)));
      const caller = callerOf(identity);
      if (isDry) return answerForeseen(await movable.foresee(this.ingest, name, move, caller, unchanged), movable);
      const outcome = await movable.move(this.ingest, name, move, caller, unchanged);
      return answerMoved(reply, outcome, present, move);
    }
  }
  return MoveWriter;
}

interface Asked {
  readonly isDry: boolean;
  readonly matches: Matches | undefined;
  readonly identity: Identity;
  readonly reply: FastifyReply;
}

export const MOVE_WRITERS: readonly Type[] = [moveWriter(MOVABLES.eventType), moveWriter(MOVABLES.fate)];
