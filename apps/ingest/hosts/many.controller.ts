/** `/hosts`: the same command on many of them, as they are named or as a filter finds them. */
import { Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Ingest } from '#application';
import {
  hostAttributesRequest,
  hostRetireRequest,
  hostsAttributesRequest,
  hostsRetireRequest,
  type FoundBody,
  type HostAttributesBody,
  type HostResultsBody,
  type HostRetireBody,
  type OperationAcceptedBody,
} from '#contracts';
import type { HostCommand } from '#domain';
import {
  Caller,
  Documented,
  hostFilterOf,
  hostFilters,
  INGEST,
  Needs,
  TakesQuery,
  WhereBody,
  whereFilters,
  type Identity,
  type NamedOrWhere,
} from '#platform';
import { callerOf } from '../caller.js';
import { DRY_RUN, type MayBeDry } from '../dry-run.js';
import { answerFound, answerMany, whereOf } from '../found.js';
import { manyAttributesSet, manyRetired } from './documented.js';
import { presentResult } from './present.js';

const HOSTS = { field: 'hosts', filters: whereFilters('HostsWhere', hostFilters), beside: DRY_RUN } as const;
const RETIRED = {
  ...{ ...HOSTS, named: hostsRetireRequest, rest: hostRetireRequest },
  names: ['HostsRetireWhereRequest', 'HostsRetireEitherRequest'],
} as const;
const ATTRIBUTES = {
  ...{ ...HOSTS, named: hostsAttributesRequest, rest: hostAttributesRequest },
  names: ['HostsAttributesWhereRequest', 'HostsAttributesEitherRequest'],
} as const;

interface ManyHosts extends MayBeDry {
  readonly these: NamedOrWhere<Parameters<typeof hostFilterOf>[0]>;
}

type ManyBody = HostResultsBody | FoundBody | OperationAcceptedBody;

@Controller('hosts')
@Needs('operate')
export class ManyHostsWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post('attributes')
  @TakesQuery()
  @Documented(manyAttributesSet)
  @HttpCode(200)
  attributes(
    @WhereBody(ATTRIBUTES) { set = {}, clear = [], by, ...asked }: ManyHosts & HostAttributesBody,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ManyBody> {
    return this.command({ kind: 'HostAttributesSet', by: by ?? null, set, clear }, asked, identity, reply);
  }

  @Post('retire')
  @TakesQuery()
  @Documented(manyRetired)
  @HttpCode(200)
  retire(
    @WhereBody(RETIRED) { by, reason, ...asked }: ManyHosts & HostRetireBody,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ManyBody> {
    return this.command({ kind: 'HostRetired', by: by ?? null, reason }, asked, identity, reply);
  }

  /** One result per host, in the order asked for, or by name; with `dryRun=true` how many there would be. */
  private async command(
    command: HostCommand,
    { these, dryRun = false }: ManyHosts,
    identity: Identity,
    reply: FastifyReply,
  ): Promise<ManyBody> {
    const caller = callerOf(identity);
    if (dryRun) return answerFound(await this.ingest.foreseeHostsWhere(hostFilterOf(whereOf(these)), caller));
    const outcome =
      'where' in these
        ? await this.ingest.commandHostsWhere(
            { ...these.where, filter: hostFilterOf(these.where.filter) },
            command,
            caller,
          )
        : await this.ingest.commandHosts(these.named, command, caller);
    return answerMany(reply, 'hosts', outcome, presentResult);
  }
}
