/** Health: alive answers as long as the process does anything, ready says whether it does its work. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Open } from '../api/access/guard.js';
import { liveShown, readyShown } from '../api/description/documented.js';
import { Documented } from '../api/description/operation.js';
import { Readiness } from '../operate/readiness.js';

@Controller('health')
@Open()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @Documented(liveShown)
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 503 with the reasons while it is not; warnings are listed in any case. */
  @Get('ready')
  @Documented(readyShown)
  async ready(
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ status: string; reasons: readonly string[]; warnings: readonly string[] }> {
    const [reasons, warnings] = await Promise.all([this.readiness.reasons(), this.readiness.warnings()]);
    if (reasons.length === 0) return { status: 'ready', reasons, warnings };
    void reply.code(503).header('retry-after', '1');
    return { status: 'not-ready', reasons, warnings };
  }
}
