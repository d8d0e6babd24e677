/** What operators ask of projection. */
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Operating } from '#application';
import {
  parkedListBody,
  releasedBody,
  statusBody,
  type ParkedListBody,
  type ReleasedBody,
  type StatusBody,
} from '#contracts';
import { answering, Caller, Documented, Needs, NoBody, OPERATING, valueOf, type Identity } from '#platform';
import { askingOf } from './asking.js';
import { presentParkedItem, presentStatus } from './present.js';

/** More at once help nobody; the status counts them. */
const MOST_PARKED = 1000;

@Controller('admin')
@Needs('admin')
export class AdminController {
  constructor(@Inject(OPERATING) private readonly operating: Operating) {}

  @Get('status')
  @Documented({
    id: 'getStatus',
    summary: 'How far projection is',
    answers: answering(statusBody, 'The head, and each partition.'),
    problems: ['store-unavailable'],
  })
  async status(): Promise<StatusBody> {
    return presentStatus(await this.operating.status());
  }

  @Get('parked')
  @Documented({
    id: 'listParked',
    summary: 'Parked hosts and quests, with the reasons',
    answers: answering(parkedListBody, 'Hosts first.'),
    problems: ['store-unavailable'],
  })
  async parked(): Promise<ParkedListBody> {
    return { items: (await this.operating.parked(MOST_PARKED)).map(presentParkedItem) };
  }

  @Post('parked/:name/release')
  @Documented({
    id: 'releaseParked',
    summary: 'Judges the waiting entries of a parked host or quest',
    answers: answering(releasedBody, 'It goes on; the name of the host or quest.'),
    problems: ['not-parked', 'still-parked', 'store-unavailable'],
  })
  @HttpCode(200)
  async release(
    @Param('name') name: string,
    @NoBody() _body: undefined,
    @Caller() caller: Identity,
  ): Promise<ReleasedBody> {
    return { released: valueOf(await this.operating.release(name, askingOf(caller))).name };
  }
}
