/** How bodies are read, each by its media type: strictly, in time, within the limit of their length; or handed on as they come. */
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mostTextBytes, type BodyLimits } from './body-limits.js';
import { isDecoded, whyUndecoded } from './decoded-bodies.js';
import { ProblemError } from './problems/problem-error.js';
import { parseJsonBody } from './json-body.js';
import { limitWorked, type WorkOn } from './worked-bytes.js';
import {
  announcesBody,
  CLOUDEVENT_MEDIA,
  CLOUDEVENTS_MEDIA,
  faultOfMedia,
  isStreamed,
  JSON_MEDIA,
  STREAMED_MEDIA,
  TEXT_MEDIA,
  TEXT_YAML_MEDIA,
  YAML_MEDIA,
} from './media.js';
import { parseYamlBody } from './yaml-body.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A body of plain text. */
export class TextBody {
  constructor(readonly text: string) {}
}

/** A body that is read as it comes, at the reader's pace. */
export class StreamedBody {
  constructor(private readonly source: Readable) {}

  /**
   * To be called once. What has come is one chunk, in however many pieces it came, and there is a turn of the loop before the
   * next one: the work for a chunk is the same for the smallest pieces. Throws a {@link ProblemError} where the sender goes away
   * before the end, or the body cannot be decoded. A caller that stops earlier can still answer: the rest is discarded.
   */
  async *chunks(): AsyncGenerator<Buffer, void> {
    const { source } = this;
    const state = { end: 'not yet' as 'not yet' | 'whole' | 'cut' };
    let wake = (): void => undefined;
    const onReadable = (): void => {
      wake();
    };
    const onEnd = (): void => {
      state.end = 'whole';
      wake();
    };
    const onCut = (): void => {
      if (state.end === 'not yet') state.end = 'cut';
      wake();
    };
    source.on('readable', onReadable).on('end', onEnd).on('error', onCut).on('close', onCut);
    if (source.destroyed) onCut();
    try {
      for (;;) {
        const chunk = source.read() as Buffer | null;
        if (chunk !== null) {
          yield chunk;
          await turn();
        } else if (state.end === 'not yet') {
          await new Promise<void>((resolve) => (wake = resolve));
        } else {
          if (state.end === 'whole') return;
          if (isDecoded(source)) throw whyUndecoded(source);
          throw new ProblemError({ code: 'malformed', detail: 'the sender went away before the end of the body' });
        }
      }
    } finally {
      source.off('readable', onReadable).off('end', onEnd).off('close', onCut);
      // the rest is discarded, and not decoded
      if (isDecoded(source)) source.destroy();
      else source.resume();
    }
  }
}

export interface BodyTime {
  /** How long a body may take to come; streamed bodies may take longer. */
  readonly bodyMs: number;
  /** Answers a sender that is too slow with 408 and closes the connection, unless `isLate` says that its body has come after all. */
  readonly refuse: (socket: Socket, isLate: () => boolean) => void;
}

/** Once per server. */
export function readBodies(instance: FastifyInstance, limits: BodyLimits): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    done(faultOfMedia(request));
  });
  instance.removeAllContentTypeParsers();
  const workOn = limitWorked(instance, limits.workedBytes);
  for (const media of [JSON_MEDIA, CLOUDEVENT_MEDIA, CLOUDEVENTS_MEDIA])
    readWhole(instance, media, { read: parseJsonBody, workOn });
  for (const media of [YAML_MEDIA, TEXT_YAML_MEDIA]) readWhole(instance, media, { read: parseYamlBody, workOn });
  readWhole(instance, TEXT_MEDIA, { read: readText, workOn, mostBytes: mostTextBytes(limits) });
  instance.addContentTypeParser([...STREAMED_MEDIA], (_request: FastifyRequest, payload: Readable, done: Done) => {
    done(null, new StreamedBody(payload));
  });
}

type Done = (error: Error | null, body?: unknown) => void;

interface WholeReading {
  readonly read: (bytes: Uint8Array) => unknown;
  readonly workOn: WorkOn;
  /** The server's limit where absent. */
  readonly mostBytes?: number;
}

function readWhole(instance: FastifyInstance, media: string, { read, workOn, mostBytes }: WholeReading): void {
  const options = { parseAs: 'buffer' as const, ...(mostBytes === undefined ? {} : { bodyLimit: mostBytes }) };
  instance.addContentTypeParser(media, options, async (request: FastifyRequest, body: string | Buffer) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    await workOn(request, bytes.length);
    return read(bytes);
  });
}

function readText(bytes: Uint8Array): TextBody {
  try {
    return new TextBody(utf8.decode(bytes));
  } catch {
    throw new ProblemError({ code: 'malformed', detail: 'the body is not UTF-8' });
  }
}

/** Once per server. Node's own limit is one for all requests; a stream of events has none but that something must come. */
export function limitTime(instance: FastifyInstance, { bodyMs, refuse }: BodyTime): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (announcesBody(request)) {
      const { raw } = request;
      const begin = (): void => {
        // a body that has come to its end, or a request that came by no socket, keeps no caller waiting
        const isLate = (): boolean =>
          !raw.complete && !raw.readableEnded && !raw.destroyed && raw.socket instanceof Socket;
        const timer = setTimeout(() => {
          if (isLate()) refuse(raw.socket, isLate);
        }, bodyMs).unref();
        const end = (): void => {
          clearTimeout(timer);
        };
        raw.once('end', end).once('close', end);
      };
      // the rest of a stream that was answered is discarded, but not for ever
      if (isStreamed(request)) {
        reply.raw.once('finish', () => {
          if (!raw.complete && !raw.readableEnded) begin();
        });
      } else begin();
    }
    done();
  });
}
