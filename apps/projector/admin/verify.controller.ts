/** `/admin/verify`: whether the views say what the journal comes to, as a job of this process; and one host repaired. */
import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Verifying } from '#application';
import {
  hostRepairedBody,
  verificationBegunBody,
  verificationBody,
  type HostRepairedBody,
  type VerificationBegunBody,
  type VerificationBody,
} from '#contracts';
import { answering, Caller, Documented, Needs, NoBody, valueOf, VERIFYING, type Identity } from '#platform';
import { presentVerification } from './present.js';

@Controller('admin/verify')
@Needs('admin')
export class VerifyController {
  constructor(@Inject(VERIFYING) private readonly verifying: Verifying) {}

  @Post()
  @HttpCode(202)
  @Documented({
    id: 'beginVerification',
    summary: 'Judges the journal again, and compares the views with what it comes to',
    description:
      'The views are written and read meanwhile, and nothing is changed. One runs at a time; it is a job of the process that began it, which remembers the last ten until it ends.',
    answers: { 202: { about: 'It runs.', body: verificationBegunBody } },
    problems: ['conflict', 'import-unfinished', 'not-caught-up', 'store-unavailable'],
  })
  async begin(
    @NoBody() _body: undefined,
    @Caller() { name: principal, idempotencyKey }: Identity,
  ): Promise<VerificationBegunBody> {
    const asking = { principal, ...(idempotencyKey !== undefined && { idempotencyKey }) };
    return valueOf(await this.verifying.start(asking));
  }

  @Get(':id')
  @Documented({
    id: 'getVerification',
    summary: 'Shows how far a verification is, and what differs',
    answers: answering(verificationBody),
    problems: ['verification-unknown'],
  })
  async status(@Param('id') id: string): Promise<VerificationBody> {
    return presentVerification(valueOf(await this.verifying.status(id)));
  }

  @Delete(':id')
  @Documented({
    id: 'cancelVerification',
    summary: 'Cancels a verification: nothing of it is left on the disk',
    answers: answering(verificationBody, 'It is cancelled, or was over before.'),
    problems: ['verification-unknown'],
  })
  async cancel(@Param('id') id: string): Promise<VerificationBody> {
    return presentVerification(valueOf(await this.verifying.cancel(id)));
  }
}

@Controller('admin/hosts')
@Needs('admin')
export class RepairController {
  constructor(@Inject(VERIFYING) private readonly verifying: Verifying) {}

  @Post(':host/repair')
  @HttpCode(200)
  @Documented({
    id: 'repairHost',
    summary: 'Judges the entries of a host again, and repairs its views where they differ',
    description:
      'Its labors, its parts in quests and its own document are written as its entries have them, by compare-and-set. What nothing in the journal accounts for stays, and `repaired` is false.',
    answers: answering(hostRepairedBody, 'What differed, and whether it is repaired.'),
    problems: ['host-unknown', 'conflict', 'import-unfinished', 'not-caught-up', 'store-unavailable'],
  })
  async repair(
    @Param('host') host: string,
    @NoBody() _body: undefined,
    @Caller() { name: principal, idempotencyKey }: Identity,
  ): Promise<HostRepairedBody> {
    const asking = { principal, ...(idempotencyKey !== undefined && { idempotencyKey }) };
    return valueOf(await this.verifying.repair(host, asking));
  }
}
