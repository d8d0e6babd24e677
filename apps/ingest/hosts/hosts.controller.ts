/** `/hosts`: their attributes, retiring them, importing an inventory. */
import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HostWritten, Ingest } from '#application';
import { hostAttributesRequest, hostRetireRequest, type Outcome } from '#contracts';
import type { HostAttributesBody, HostRetireBody, HostsImportedBody, HostWrittenBody } from '#contracts';
import type { HostName } from '#domain';
import {
  Caller,
  CheckedBody,
  closeAfterAnswer,
  CSV_MEDIA,
  Documented,
  hostToWrite,
  INGEST,
  mediaOf,
  NDJSON_MEDIA,
  Needs,
  placeOf,
  ProblemError,
  SETTINGS,
  STOPPING,
  StreamedBody,
  TakesMedia,
  TakesQuery,
  touches,
  valueOf,
  written,
  type Identity,
  type Settings,
} from '#platform';
import { callerOf } from '../caller.js';
import { attributesSet, hostRetired, hostsImported } from './documented.js';
import { HostImports } from './import.js';
import { ImportAskedBy, type ImportQuery } from './import-query.js';

@Controller('hosts')
@Needs('operate')
export class HostsWriter {
  private readonly imports: HostImports;

  constructor(
    @Inject(INGEST) private readonly ingest: Ingest,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
    @Inject(SETTINGS) { memory }: Settings,
  ) {
    this.imports = new HostImports(ingest, stopping, memory.openImports);
  }

  @Post(':host/attributes')
  @Documented(attributesSet)
  @HttpCode(200)
  async attributes(
    @Param('host', hostToWrite) host: HostName,
    @CheckedBody(hostAttributesRequest) { set = {}, clear = [], by }: HostAttributesBody,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostWrittenBody> {
    const command = { kind: 'HostAttributesSet', by: by ?? null, set, clear } as const;
    return answer(reply, await this.ingest.commandHost(host, command, callerOf(identity)));
  }

  @Post(':host/retire')
  @Documented(hostRetired)
  @HttpCode(200)
  async retire(
    @Param('host') host: string,
    @CheckedBody(hostRetireRequest) { by, reason }: HostRetireBody,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostWrittenBody> {
    const command = { kind: 'HostRetired', by: by ?? null, reason } as const;
    return answer(reply, await this.ingest.commandHost(host, command, callerOf(identity)));
  }

  @Post('import')
  @TakesMedia(CSV_MEDIA, NDJSON_MEDIA)
  @TakesQuery()
  @Documented(hostsImported)
  @HttpCode(200)
  async import(
    @Req() request: FastifyRequest,
    @ImportAskedBy() query: ImportQuery,
    @Caller() identity: Identity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<HostsImportedBody> {
    const asked = { body: streamOf(request), media: mediaOf(request), ...query };
    const { position, body: imported } = await this.imports
      .import(asked, callerOf(identity), placeOf(request))
      .finally(() => {
        // its sender may have much more, and the end would wait for that
        if (this.stopping.aborted) closeAfterAnswer(request, reply);
      });
    written(reply, position);
    const { changed, unchanged, rejected, gone = 0 } = imported;
    touches(request, { hosts: changed + unchanged, changed, rejected, gone });
    return imported;
  }
}

function answer(reply: FastifyReply, outcome: Outcome<HostWritten>): HostWrittenBody {
  const { position, host, changed, newHost } = valueOf(outcome);
  written(reply, position);
  return { position: String(position), host, changed, ...(newHost ? { newHost } : {}) };
}

/** Nothing else is taken, but a request may have no body. */
function streamOf({ body }: FastifyRequest): StreamedBody {
  if (body instanceof StreamedBody) return body;
  throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send NDJSON or CSV' });
}
