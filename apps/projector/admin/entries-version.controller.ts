/** The entries version (R13): up to which version entries may be written, and how an operator holds and raises it. */
import { Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { EntriesCommands } from '#application';
import { entriesVersionBody, entriesRaiseRequest, type EntriesRaiseBody, type EntriesVersionBody } from '#contracts';
import { answering, Caller, CheckedBody, Documented, ENTRIES, Needs, NoBody, valueOf, type Identity } from '#platform';
import { askingOf } from './asking.js';

@Controller('admin/entries-version')
@Needs('admin')
export class EntriesVersionController {
  constructor(@Inject(ENTRIES) private readonly versions: EntriesCommands) {}

  @Get()
  @Documented({
    id: 'getEntriesVersion',
    summary: 'Up to which version entries may be written, and who reads how much',
    answers: answering(entriesVersionBody),
    problems: ['store-unavailable'],
  })
  look(): Promise<EntriesVersionBody> {
    return this.versions.look();
  }

  @Post('hold')
  @HttpCode(200)
  @Documented({
    id: 'holdEntriesVersion',
    summary: 'Holds it where it is, so that the build before can be rolled back to',
    answers: answering(entriesVersionBody, 'It is held, or was before.'),
    problems: ['store-unavailable'],
  })
  hold(@NoBody() _body: undefined, @Caller() caller: Identity): Promise<EntriesVersionBody> {
    return this.versions.hold(askingOf(caller));
  }

  @Delete('hold')
  @Documented({
    id: 'releaseEntriesVersion',
    summary: 'Holds it no longer: it is raised by itself again',
    answers: answering(entriesVersionBody, 'It is not held, or was not before.'),
    problems: ['store-unavailable'],
  })
  release(@Caller() caller: Identity): Promise<EntriesVersionBody> {
    return this.versions.release(askingOf(caller));
  }

  @Post('raise')
  @HttpCode(200)
  @Documented({
    id: 'raiseEntriesVersion',
    summary: 'Raises it at once to what this build reads',
    answers: answering(entriesVersionBody, 'It is raised, or was before.'),
    problems: ['conflict', 'store-unavailable'],
  })
  async raise(
    @CheckedBody(entriesRaiseRequest) { force = false }: EntriesRaiseBody,
    @Caller() caller: Identity,
  ): Promise<EntriesVersionBody> {
    return valueOf(await this.versions.raise(askingOf(caller), { force }));
  }
}
