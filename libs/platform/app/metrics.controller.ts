/** The figures, for Prometheus. */
import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs } from '../api/access/guard.js';
import { Serves } from '../api/head-guard.js';
import { Documented } from '../api/description/operation.js';
import { Metrics } from '../operate/metrics/metrics.js';

@Controller('metrics')
@Needs('read')
@Serves('text/plain')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  @Documented({
    id: 'getMetrics',
    summary: 'Figures for Prometheus',
    answers: { 200: { about: 'The figures, as text.', content: { 'text/plain': { type: 'string' } } } },
  })
  @Header('cache-control', 'no-store')
  async show(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
