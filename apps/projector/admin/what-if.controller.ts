/** `/admin/what-if`: what would be otherwise under other fates, as a job of this process. It writes nothing and sends nothing. */
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { WhatIfs } from '#application';
import {
  done,
  whatIfBegunBody,
  whatIfBody,
  whatIfLaborPage,
  whatIfRequest,
  type WhatIfBegunBody,
  type WhatIfBody,
  type WhatIfRequestBody,
} from '#contracts';
import {
  answering,
  Asked,
  Caller,
  CheckedBody,
  Documented,
  Listing,
  Lists,
  listQuery,
  Needs,
  placeOf,
  valueOf,
  WHAT_IFS,
  wholeListOf,
  type Identity,
  type ListBody,
  type RequestOf,
} from '#platform';
import { supposedBy } from './what-if-request.js';
import { presentWhatIf, whatIfLabors } from './what-if-present.js';

const query = listQuery(['place'], {});

@Controller('admin/what-if')
@Needs('admin')
export class WhatIfController {
  constructor(
    @Inject(WHAT_IFS) private readonly whatIfs: WhatIfs,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Post()
  @HttpCode(202)
  @Documented({
    id: 'beginWhatIf',
    summary: 'Judges the journal as if other fates had been in force',
    description:
      'The same entries are judged: what would have been refused, or which hosts a quest would have taken, is not guessed. Nothing is written or sent. Two run at a time; they are jobs of the process that began them, which remembers the last ten until it ends.',
    answers: { 202: { about: 'It runs.', body: whatIfBegunBody } },
    problems: [
      'import-unfinished',
      ...['conflict', 'overloaded', 'store-unavailable', 'catalogue-full', 'event-type-unknown', 'event-type-retired'],
      ...['in-use', 'fate-unknown', 'fate-exists', 'fate-name-taken', 'fate-name-invalid', 'fate-follows-mismatch'],
      ...['fate-not-intermediate', 'fate-not-starting', 'fate-retired'],
    ] as const,
  })
  async begin(
    @CheckedBody(whatIfRequest) body: WhatIfRequestBody,
    @Caller() { name: principal, idempotencyKey }: Identity,
  ): Promise<WhatIfBegunBody> {
    const asking = { principal, ...(idempotencyKey !== undefined && { idempotencyKey }) };
    return valueOf(await this.whatIfs.start(await supposedBy(body), asking));
  }

  @Get(':id')
  @Documented({
    id: 'getWhatIf',
    summary: 'Shows how far a what-if is, and what would be otherwise',
    description: 'Its numbers grow while it runs, and are whole once it is done.',
    answers: answering(whatIfBody),
    problems: ['what-if-unknown'],
  })
  async status(@Param('id') id: string): Promise<WhatIfBody> {
    return presentWhatIf(valueOf(await this.whatIfs.status(id)));
  }

  @Get(':id/labors')
  @Documented({
    id: 'listWhatIfLabors',
    summary: 'Lists the labors that would be otherwise, as far as they are found',
    answers: wholeListOf(whatIfLaborPage),
    problems: ['what-if-unknown'],
  })
  @Listing()
  labors(
    @Param('id') id: string,
    @Asked(query) asked: RequestOf<typeof query>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      ...{ reply, shape: whatIfLabors, asked, demand: { place: placeOf(reply.request) } },
      read: async ({ after, limit }) => {
        const status = await this.whatIfs.status(id);
        if (!status.ok) return status;
        const found = await this.whatIfs.labors(id, after === null ? null : Number(after[0]), limit);
        if (!found.ok) return found;
        const { items, next } = found.value;
        const body = { items, next: next === null ? null : [String(next)] };
        // the journal itself was judged
        return done({ position: status.value.position, ageMs: 0, hostsBehind: 0, generation: 0, body });
      },
    });
  }

  @Delete(':id')
  @Documented({
    id: 'removeWhatIf',
    summary: 'Cancels a what-if, and forgets it: nothing of it is left on the disk',
    answers: answering(whatIfBody, 'As it was when it ended.'),
    problems: ['what-if-unknown'],
  })
  async remove(@Param('id') id: string): Promise<WhatIfBody> {
    return presentWhatIf(valueOf(await this.whatIfs.remove(id)));
  }
}
