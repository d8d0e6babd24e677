/**
 * `ETag` on what is read, and 304 for who has it already. The tag is a hash of the body as it is sent: what is not in the
 * body (how far the views are, how old that is) does not change it, and whatever is in the body does. Byte for byte the same,
 * so it is a strong one.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  StreamableFile,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

const JSON_TYPE = 'application/json; charset=utf-8';

/** The route's answers carry an `ETag`; streamed answers do not. For bodies without a clock reading, which would change every tag. */
export const Tagged = (): MethodDecorator & ClassDecorator => UseInterceptors(TagAnswers);

export class TagAnswers implements NestInterceptor<unknown, unknown> {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    return next
      .handle()
      .pipe(map((body) => tag(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), body)));
  }
}

function tag(request: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  if (body instanceof StreamableFile) return body;
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha1').update(text).digest('base64url')}"`;
  // any cache may keep it, and must ask again each time
  void reply.header('etag', etag).header('cache-control', 'no-cache');
  if (!isAmong(request.headers['if-none-match'], etag)) {
    void reply.header('content-type', JSON_TYPE);
    return text;
  }
  void reply.code(304);
  if (request.method !== 'HEAD') return undefined;
  // of an absent body Fastify would say that its length is 0, which is not the length that a GET would have
  void reply.header('content-type', JSON_TYPE);
  return Readable.from([]);
}

/** RFC 9110, 13.1.2: `*` is whatever there is, and weak tags are compared as strong ones are. What is no tag is none. */
export function isAmong(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag);
}
