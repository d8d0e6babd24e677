/** `/admin/export` and `/admin/import`: a history moves to another Hermes. Of the journal, which ingest has. */
import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Inject, Post, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Share, type ExportedJournal, type Log, type Moving } from '#application';
import type { JournalImportedBody } from '#contracts';
import {
  closeAfterAnswer,
  Documented,
  LOG,
  MOVING,
  NDJSON_MEDIA,
  Needs,
  placeOf,
  ProblemError,
  Serves,
  STOPPING,
  StreamedBody,
  streamTexts,
  TakesMedia,
  TakesQuery,
  touches,
  valueOf,
  written,
} from '#platform';
import { journalExported, journalImported } from './documented.js';
import { placeAsked } from './export-query.js';
import { fileLines } from './file-lines.js';

/** Exports at once. */
const MAX_EXPORTS = 4;
/** A reader that takes nothing for so long is given up. */
const STALL_MS = 60_000;

@Controller('admin')
@Needs('admin')
export class JournalMover {
  private readonly exports = new Share(MAX_EXPORTS);

  constructor(
    @Inject(MOVING) private readonly moving: Moving,
    @Inject(LOG) private readonly log: Log,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
  ) {}

  @Get('export')
  @TakesQuery()
  @Serves(NDJSON_MEDIA)
  @Documented(journalExported)
  async export(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { holder } = placeOf(request);
    const place = placeAsked(request);
    if (!this.exports.take(holder)) {
      const detail = `${MAX_EXPORTS} exports are being sent, or this token or address has its share of them: try again later`;
      throw new ProblemError({ code: 'overloaded', detail });
    }
    try {
      const exported = valueOf(await this.moving.export(place));
      // Nest sends nothing of it
      const stream = request.method === 'HEAD' ? Readable.from([]) : this.stream(exported, request);
      stream.once('close', () => {
        this.exports.give(holder);
      });
      void reply.header('cache-control', 'no-store');
      return new StreamableFile(stream, { type: NDJSON_MEDIA, disposition: 'attachment; filename="journal.ndjson"' });
    } catch (error) {
      this.exports.give(holder);
      throw error;
    }
  }

  @Post('import')
  @TakesMedia(NDJSON_MEDIA)
  @Documented(journalImported)
  @HttpCode(200)
  async import(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JournalImportedBody> {
    const { body } = request;
    if (!(body instanceof StreamedBody))
      throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send an export' });
    const outcome = await this.moving.import(fileLines(body, this.stopping)).finally(() => {
      // its sender may have much more, and the end would wait for that
      if (this.stopping.aborted) closeAfterAnswer(request, reply);
    });
    const { position, ...imported } = valueOf(outcome);
    written(reply, position);
    const { entries, hosts, quests } = imported;
    touches(request, { entries, hosts, quests });
    return { position: String(position), ...imported };
  }

  private stream({ to, texts }: ExportedJournal, { id: requestId }: FastifyRequest): Readable {
    const stream = streamTexts(texts, STALL_MS);
    stream.once('close', () => {
      const fields = { requestId, to: String(to) };
      const { errored } = stream;
      if (errored !== null) this.log.warn('an export was cut off', { ...fields, reason: errored.message });
      else if (stream.readableEnded) this.log.info('the journal was exported', fields);
      else this.log.info('an export was not taken to its end', fields);
    });
    return stream;
  }
}
