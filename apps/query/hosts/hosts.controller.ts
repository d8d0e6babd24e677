/** `GET /hosts`: which hosts are known, and all about one. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import {
  Asked,
  Freshness,
  listAnswer,
  Needs,
  READING,
  showing,
  TakesQuery,
  type ListAnswer,
  type RequestOf,
} from '#platform';
import { presentDossier, presentHost } from './present.js';
import { hostFilter, hostQuery } from './queries.js';

@Controller('hosts')
@Needs('read')
export class HostsReader {
  constructor(@Inject(READING) private readonly reading: Reading) {}

  @Get()
  @TakesQuery()
  async list(
    @Asked(hostQuery) { filter, page, context }: RequestOf<typeof hostQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return listAnswer(showing(reply, await this.reading.hosts(hostFilter(filter), page, demand)), presentHost, context);
  }

  @Get(':host')
  async one(
    @Param('host') host: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentDossier(showing(reply, await this.reading.host(host, demand)));
  }
}
