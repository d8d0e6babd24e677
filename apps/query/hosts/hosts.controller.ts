/** `GET /hosts`: which hosts are known, and all about one. */
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FreshnessDemand, Reading } from '#application';
import {
  Asked,
  Documented,
  Freshness,
  Listing,
  Lists,
  Needs,
  READING,
  showing,
  Tagged,
  type ListBody,
  type RequestOf,
} from '#platform';
import { hostShown, hostsListed } from './documented.js';
import { hostList } from './list.js';
import { presentDossier } from './present.js';
import { hostFilter, hostQuery } from './queries.js';

@Controller('hosts')
@Needs('read')
export class HostsReader {
  constructor(
    @Inject(READING) private readonly reading: Reading,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  @Get()
  @Documented(hostsListed)
  @Listing()
  list(
    @Asked(hostQuery) asked: RequestOf<typeof hostQuery>,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListBody> {
    return this.lists.answer({
      reply,
      shape: hostList,
      asked,
      demand,
      read: (page, fresh) => this.reading.hosts(hostFilter(asked.filter), page, fresh),
    });
  }

  @Get(':host')
  @Documented(hostShown)
  @Tagged()
  async one(
    @Param('host') host: string,
    @Freshness() demand: FreshnessDemand,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return presentDossier(showing(reply, await this.reading.host(host, demand)));
  }
}
