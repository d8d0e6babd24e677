/** Generations of the views: the one that is served, former ones, and those that are being made. */
import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Rebuilds } from '#application';
import {
  generationDroppedBody,
  generationListBody,
  rebuildBody,
  type GenerationDroppedBody,
  type GenerationListBody,
  type RebuildBody,
} from '#contracts';
import { answering, Caller, Documented, Needs, NoBody, REBUILDS, valueOf, type Identity } from '#platform';
import { askingOf } from './asking.js';
import { presentGenerationStatus, presentRebuild } from './present.js';

@Controller('admin/generations')
@Needs('admin')
export class GenerationsController {
  constructor(@Inject(REBUILDS) private readonly rebuilds: Rebuilds) {}

  @Get()
  @Documented({
    id: 'listGenerations',
    summary: 'Lists the generations of the views',
    answers: answering(generationListBody, 'In the order in which they were made.'),
    problems: ['store-unavailable'],
  })
  async list(): Promise<GenerationListBody> {
    return { items: (await this.rebuilds.generations()).map(presentGenerationStatus) };
  }

  @Post(':number/activate')
  @Documented({
    id: 'activateGeneration',
    summary: 'Brings a former generation level, and serves it again',
    answers: { 202: { about: 'It runs in the background, as a rebuild does.', body: rebuildBody } },
    problems: [
      'import-unfinished',
      ...(['generation-unknown', 'generation-in-use', 'generation-unfit'] as const),
      ...(['rebuild-in-progress', 'not-caught-up', 'store-unavailable'] as const),
    ],
  })
  @HttpCode(202)
  async rollBack(
    @Param('number') number: string,
    @NoBody() _body: undefined,
    @Caller() caller: Identity,
  ): Promise<RebuildBody> {
    return presentRebuild(valueOf(await this.rebuilds.rollBack(number, askingOf(caller))));
  }

  @Delete(':number')
  @Documented({
    id: 'dropGeneration',
    summary: 'Removes a former generation that no projector follows',
    answers: answering(generationDroppedBody, 'Removed; it takes some seconds to be sure.'),
    problems: ['generation-unknown', 'generation-in-use', 'store-unavailable'],
  })
  async drop(@Param('number') number: string): Promise<GenerationDroppedBody> {
    return { dropped: valueOf(await this.rebuilds.drop(number)).generation };
  }
}
