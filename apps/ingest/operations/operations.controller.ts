/** `/operations`: what goes on in the background since a filter found more than 1,000 labors or hosts, and cancelling it. Read from the journal, so that ingest serves it. */
import { Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import {
  done,
  operationBody,
  operationCancelRequest,
  operationResultPage,
  operationsBody,
  type OperationBody,
  type OperationCancelBody,
  type OperationsBody,
} from '#contracts';
import {
  answering,
  Asked,
  Caller,
  CheckedBody,
  Documented,
  INGEST,
  Listing,
  Lists,
  listQuery,
  Needs,
  placeOf,
  valueOf,
  wholeListOf,
  written,
  type Identity,
  type ListBody,
  type RequestOf,
} from '#platform';
import { callerOf } from '../caller.js';
import { operationResultList, presentListed, presentOperation } from './present.js';

const query = listQuery(['place'], {});

@Controller('operations')
@Needs('read')
export class OperationsReader {
  constructor(
    @Inject(INGEST) private readonly ingest: Ingest,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get()
  @Documented({
    id: 'listOperations',
    summary: 'Lists operations: those that are being carried out, and of the others the newest, 200 together',
    answers: answering(operationsBody, 'The newest first.'),
  })
  async all(): Promise<OperationsBody> {
    return { items: valueOf(await this.ingest.operations()).map(presentListed) };
  }

  @Get(':id')
  @Documented({
    id: 'getOperation',
    summary: 'Shows how far an operation is',
    answers: answering(operationBody),
    problems: ['operation-unknown'],
  })
  async one(@Param('id') id: string): Promise<OperationBody> {
    return presentOperation(valueOf(await this.ingest.operation(id)));
  }

  @Get(':id/results')
  @Documented({
    id: 'listOperationResults',
    summary: 'Lists the labors or hosts of an operation, with what became of each so far',
    answers: wholeListOf(operationResultPage),
    problems: ['operation-unknown'],
  })
  @Listing()
  results(
    @Param('id') id: string,
    @Asked(query) asked: RequestOf<typeof query>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      ...{ reply, shape: operationResultList, asked, demand: { place: placeOf(reply.request) } },
      read: async (page) => {
        const found = await this.ingest.operationResults(id, page);
        if (!found.ok) return found;
        const { position, ...body } = found.value;
        // the journal itself was read
        return done({ position, ageMs: 0, hostsBehind: 0, generation: 0, body });
      },
    });
  }
}

@Controller('operations')
@Needs('operate')
export class OperationsWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post(':id/cancel')
  @HttpCode(200)
  @Documented({
    id: 'cancelOperation',
    summary: 'Cancels an operation: what it has not begun is not done',
    description:
      'The up to 200 labors or hosts that it may be at are still commanded, those behind them are not; what was done stays done. Of one that is over, or cancelled already, nothing changes.',
    writes: true,
    answers: answering(operationBody, 'It is cancelled, or was over before.'),
    problems: ['operation-unknown', 'conflict'],
  })
  async cancel(
    @Param('id') id: string,
    @CheckedBody(operationCancelRequest) { by, reason }: OperationCancelBody,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationBody> {
    const view = valueOf(await this.ingest.cancelOperation(id, { by: by ?? null, reason }, callerOf(identity)));
    written(reply, view.position);
    return presentOperation(view);
  }
}
