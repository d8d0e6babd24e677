/** Rebuilds beside the served generation. */
import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Rebuilds } from '#application';
import { rebuildBody, rebuildListBody, type RebuildBody, type RebuildListBody } from '#contracts';
import { answering, Caller, Documented, Needs, NoBody, REBUILDS, valueOf, type Identity } from '#platform';
import { askingOf } from './asking.js';
import { presentRebuild } from './present.js';

@Controller('admin/rebuilds')
@Needs('admin')
export class RebuildsController {
  constructor(@Inject(REBUILDS) private readonly rebuilds: Rebuilds) {}

  @Post()
  @Documented({
    id: 'beginRebuild',
    summary: 'Rebuilds the views from the journal, beside those that are served',
    answers: { 202: { about: 'It runs in the background.', body: rebuildBody } },
    problems: ['rebuild-in-progress', 'import-unfinished', 'not-caught-up', 'store-unavailable'],
  })
  @HttpCode(202)
  async begin(@NoBody() _body: undefined, @Caller() caller: Identity): Promise<RebuildBody> {
    return presentRebuild(valueOf(await this.rebuilds.begin(askingOf(caller))));
  }

  @Get()
  @Documented({
    id: 'listRebuilds',
    summary: 'Lists the last rebuilds',
    answers: answering(rebuildListBody, 'The newest first: the last twenty.'),
    problems: ['store-unavailable'],
  })
  async list(): Promise<RebuildListBody> {
    return { items: (await this.rebuilds.list()).map(presentRebuild) };
  }

  @Get(':id')
  @Documented({
    id: 'getRebuild',
    summary: 'Shows how far a rebuild is',
    answers: answering(rebuildBody),
    problems: ['rebuild-unknown', 'store-unavailable'],
  })
  async one(@Param('id') id: string): Promise<RebuildBody> {
    return presentRebuild(valueOf(await this.rebuilds.get(id)));
  }

  @Delete(':id')
  @Documented({
    id: 'cancelRebuild',
    summary: 'Cancels a rebuild; what it has made is removed',
    answers: { 202: { about: 'It is removed in the background.', body: rebuildBody } },
    problems: ['rebuild-unknown', 'rebuild-over', 'store-unavailable'],
  })
  @HttpCode(202)
  async cancel(@Param('id') id: string): Promise<RebuildBody> {
    return presentRebuild(valueOf(await this.rebuilds.cancel(id)));
  }

  @Post(':id/activate')
  @Documented({
    id: 'activateRebuild',
    summary: 'Serves the new generation as soon as it is level, whatever a comparison says',
    answers: { 202: { about: 'It is served in the background, or was.', body: rebuildBody } },
    problems: ['rebuild-unknown', 'rebuild-over', 'store-unavailable'],
  })
  @HttpCode(202)
  async activate(
    @Param('id') id: string,
    @NoBody() _body: undefined,
    @Caller() caller: Identity,
  ): Promise<RebuildBody> {
    return presentRebuild(valueOf(await this.rebuilds.activate(id, askingOf(caller))));
  }
}
