/** The figures, for Prometheus. */
import { Controller, Get, Header, Headers, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs } from '../api/access/guard.js';
import { Serves } from '../api/head-guard.js';
import { Documented } from '../api/description/operation.js';
import { chooseMedia } from '../api/negotiate.js';
import { FORMAT_MEDIA, FORMATS } from '../operate/metrics/exposition.js';
import { Metrics } from '../operate/metrics/metrics.js';

@Controller('metrics')
@Needs('read')
@Serves(...FORMAT_MEDIA)
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  @Documented({
    id: 'getMetrics',
    summary: 'Figures for Prometheus',
    answers: {
      200: {
        about: 'The figures, as text.',
        content: Object.fromEntries(FORMAT_MEDIA.map((media) => [media, { type: 'string' }])),
      },
    },
  })
  @Header('cache-control', 'no-store')
  async show(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const format = chooseMedia(accept, FORMAT_MEDIA) ?? 'text/plain';
    void reply.type(FORMATS[format]).header('vary', 'accept');
    return this.metrics.text(format);
  }
}
