/** The figures, for Prometheus. */
import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs } from '../access/guard.js';
import { Serves } from '../http/head-guard.js';
import { metricsShown } from '../openapi/documented.js';
import { Documented } from '../openapi/operation.js';
import { Metrics } from './metrics.js';

@Controller('metrics')
@Needs('read')
@Serves('text/plain')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  @Documented(metricsShown)
  @Header('cache-control', 'no-store')
  async show(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
