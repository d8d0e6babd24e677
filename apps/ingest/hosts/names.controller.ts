/** `/hosts/{host}/aliases` and `/names/rules`: what hosts are called (rule 23). */
import { Controller, Delete, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { AliasedHost, HostAliases, Ingest } from '#application';
import {
  aliasesDefinition,
  hostAliasesRequest,
  inMessage,
  nameOf,
  nameRulesRequest,
  namesOf,
  presentNameRules,
  type HostAliasesBody,
  type HostAliasesRequestBody,
  type NameRulesRequestBody,
  type NameRulesWrittenBody,
  type Outcome,
} from '#contracts';
import { parseHostName, type HostName, type NameRules } from '#domain';
import {
  Caller,
  CheckedBody,
  Documented,
  hostToWrite,
  IfMatch,
  INGEST,
  Needs,
  ProblemError,
  tagAmended,
  valueOf,
  written,
  type Identity,
  type Matches,
} from '#platform';
import { callerOf } from '../caller.js';
import { aliasesGiven, aliasRemoved, nameRulesSet } from './documented.js';

@Controller('hosts')
@Needs('operate')
export class AliasesWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Post(':host/aliases')
  @Documented(aliasesGiven)
  @HttpCode(200)
  async give(
    @Param('host', hostToWrite) host: HostName,
    @CheckedBody(hostAliasesRequest) { names, by }: HostAliasesRequestBody,
    @IfMatch() matches: Matches | undefined,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostAliasesBody> {
    const order = { host, names: namesOf(names) };
    return answer(reply, await this.ingest.aliasHost(order, by ?? null, callerOf(identity), unchangedBy(matches)));
  }

  @Delete(':host/aliases/:name')
  @Documented(aliasRemoved)
  @HttpCode(200)
  async remove(
    @Param('host', hostToWrite) host: HostName,
    @Param('name') text: string,
    @IfMatch() matches: Matches | undefined,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostAliasesBody> {
    const name = parseHostName(text);
    if (name === undefined)
      throw new ProblemError({
        code: 'alias-unknown',
        detail: `${inMessage(text)} is no name, and no alias of ${host}`,
      });
    return answer(reply, await this.ingest.removeAlias({ host, name }, callerOf(identity), unchangedBy(matches)));
  }
}

@Controller('names')
@Needs('admin')
export class NameRulesWriter {
  constructor(@Inject(INGEST) private readonly ingest: Ingest) {}

  @Put('rules')
  @Documented(nameRulesSet)
  async set(
    @CheckedBody(nameRulesRequest) { cut = [], domain = null, by }: NameRulesRequestBody,
    @IfMatch() matches: Matches | undefined,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NameRulesWrittenBody> {
    const unchanged = matches && ((current: NameRules) => matches(presentNameRules(current)));
    const asked = { cut: namesOf(cut), domain: domain === null ? null : nameOf(domain) };
    const outcome = await this.ingest.setNameRules(asked, by ?? null, callerOf(identity), unchanged);
    const { position, changed, rules } = valueOf(outcome);
    written(reply, position);
    const shown = presentNameRules(rules);
    tagAmended(reply, shown);
    return { ...(position === undefined ? {} : { position: String(position) }), changed, ...shown };
  }
}

function unchangedBy(matches: Matches | undefined): ((current: HostAliases) => boolean) | undefined {
  return matches && ((current) => matches(aliasesDefinition(current)));
}

function answer(reply: FastifyReply, outcome: Outcome<AliasedHost>): HostAliasesBody {
  const { position, host, aliases, changed, formerHosts, newHost } = valueOf(outcome);
  written(reply, position);
  const body = { position: String(position), host, aliases, changed, formerHosts, ...(newHost ? { newHost } : {}) };
  tagAmended(reply, aliasesDefinition(body));
  return body;
}
