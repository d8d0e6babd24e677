/**
 * `ETag` on what is read, and 304 for who has it already. The tag is a hash of the body as it is sent: what is not in the
 * body (how far the views are, how old that is) does not change it, and whatever is in the body does. Byte for byte the same,
 * so it is a strong one. Of a thing that can be amended, a hash of the amendable part stands before it: `If-Match` compares
 * that alone (if-match.ts).
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  applyDecorators,
  SetMetadata,
  StreamableFile,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
import { writeJson } from '../http/json-answers.js';

const JSON_TYPE = 'application/json; charset=utf-8';

const DEFINITION = 'hermes:definition';
/** The part of a body that can be amended, as one JSON value. */
type DefinitionOf = (body: never) => unknown;

/**
 * The route's answers carry an `ETag`; streamed answers do not. For bodies without a clock reading, which would change every
 * tag. `definitionOf`: where only a part of the body can be amended; else the body is its own definition.
 */
export const Tagged = (definitionOf?: DefinitionOf): MethodDecorator =>
  applyDecorators(SetMetadata(DEFINITION, definitionOf), UseInterceptors(TagAnswers));

export class TagAnswers implements NestInterceptor<unknown, unknown> {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const definitionOf = Reflect.getMetadata(DEFINITION, context.getHandler()) as
      ((body: unknown) => unknown) | undefined;
    return next
      .handle()
      .pipe(
        concatMap((body) =>
          tag(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), body, definitionOf),
        ),
      );
  }
}

/** The `ETag` of a body as it is sent. `definition`: of a thing of which only a part can be amended. */
export function tagOf(text: string, definition?: unknown): string {
  return tagOfHash(hashOf(text), definition);
}

function tagOfHash(hash: string, definition: unknown): string {
  return definition === undefined ? `"${hash}"` : `"${hashOf(JSON.stringify(definition))}.${hash}"`;
}

export function hashOf(text: string): string {
  return createHash('sha1').update(text).digest('base64url');
}

async function tag(
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
  definitionOf: ((body: unknown) => unknown) | undefined,
): Promise<unknown> {
  if (body instanceof StreamableFile) return body;
  const hash = createHash('sha1');
  const written = await writeJson(body, (part) => hash.update(part));
  const etag = tagOfHash(hash.digest('base64url'), definitionOf?.(body));
  return answerTagged(request, reply, { body: written, etag, type: JSON_TYPE });
}

/** What a handler answers with: the body, or, to a client that has it, 304 and none. */
export function answerTagged<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, etag, type }: { readonly body: T; readonly etag: string; readonly type: string },
): T | Readable | undefined {
  // any cache may keep it, and must ask again each time
  void reply.header('etag', etag).header('cache-control', 'no-cache');
  if (!isAmong(request.headers['if-none-match'], etag)) {
    void reply.header('content-type', type);
    return body;
  }
  void reply.code(304);
  if (request.method !== 'HEAD') return undefined;
  // of an absent body Fastify would say that its length is 0, which is not the length that a GET would have
  void reply.header('content-type', type);
  return Readable.from([]);
}

/** RFC 9110, 13.1.2: `*` is whatever there is, and weak tags are compared as strong ones are. What is no tag is none. */
export function isAmong(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag);
}
