/** `/operations`: what goes on in the background since a filter found more than 1,000 labors or hosts. Read from the journal, so that ingest serves it. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import {
  done,
  operationBody,
  operationResultPage,
  operationsBody,
  type OperationBody,
  type OperationsBody,
} from '#contracts';
import {
  answering,
  Asked,
  Documented,
  INGEST,
  Listing,
  Lists,
  listQuery,
  Needs,
  placeOf,
  valueOf,
  wholeListOf,
  type ListBody,
  type RequestOf,
} from '#platform';
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
