/** What operators ask of projection. */
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Operating } from '#application';
import { Caller, Documented, Needs, NoBody, OPERATING, valueOf, type Identity } from '#platform';
import { parkedListed, parkedReleased, statusShown } from './documented.js';
import { parkedAnswer, statusAnswer, type ParkedAnswer, type StatusAnswer } from './present.js';

/** More at once help nobody; the status counts them. */
const MOST_PARKED = 1000;

@Controller('admin')
@Needs('admin')
export class AdminController {
  constructor(@Inject(OPERATING) private readonly operating: Operating) {}

  @Get('status')
  @Documented(statusShown)
  async status(): Promise<StatusAnswer> {
    return statusAnswer(await this.operating.status());
  }

  @Get('parked')
  @Documented(parkedListed)
  async parked(): Promise<{ readonly items: readonly ParkedAnswer[] }> {
    return { items: (await this.operating.parked(MOST_PARKED)).map(parkedAnswer) };
  }

  @Post('parked/:name/release')
  @Documented(parkedReleased)
  @HttpCode(200)
  async release(
    @Param('name') name: string,
    @NoBody() _body: undefined,
    @Caller() asking: Identity,
  ): Promise<{ readonly released: string }> {
    return { released: valueOf(await this.operating.release(name, asking)).name };
  }
}
