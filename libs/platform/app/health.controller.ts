/** Health: alive answers as long as the process does anything, ready says whether it does its work. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { liveBody, notReadyBody, readyBody, type LiveBody, type ReadinessBody } from '#contracts';
import { Open } from '../api/access/guard.js';
import { Documented } from '../api/description/operation.js';
import { Readiness } from '../operate/readiness.js';

@Controller('health')
@Open()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @Documented({
    id: 'getLive',
    summary: 'Whether the process does anything',
    answers: { 200: { about: 'It does.', body: liveBody } },
  })
  live(): LiveBody {
    return { status: 'live' };
  }

  /** 503 with the reasons while it is not; warnings are listed in any case. */
  @Get('ready')
  @Documented({
    id: 'getReady',
    summary: 'Whether the process does what it is there for',
    answers: {
      200: { about: 'It does.', body: readyBody },
      503: { about: 'It does not, for these reasons.', body: notReadyBody },
    },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessBody> {
    const { reasons, warnings } = await this.readiness.look();
    if (reasons.length === 0) return { status: 'ready', reasons, warnings };
    void reply.code(503).header('retry-after', '1');
    return { status: 'not-ready', reasons, warnings };
  }
}
