/** Which media types a route's bodies may have. Any other type is refused before the body is read; the answer names the types that the route takes. */
import type { IncomingMessage } from 'node:http';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problems/problem-error.js';

export const JSON_MEDIA = 'application/json';
export const NDJSON_MEDIA = 'application/x-ndjson';
export const TEXT_MEDIA = 'text/plain';
export const CSV_MEDIA = 'text/csv';
/** RFC 9512, and as it was called before. */
export const YAML_MEDIA = 'application/yaml';
export const TEXT_YAML_MEDIA = 'text/yaml';
/** CloudEvents in structured mode, and many at once. */
export const CLOUDEVENT_MEDIA = 'application/cloudevents+json';
export const CLOUDEVENTS_MEDIA = 'application/cloudevents-batch+json';

/** Bodies of these are handed on as they come, whatever their length. */
export const STREAMED_MEDIA: readonly string[] = [NDJSON_MEDIA, CSV_MEDIA];

const CONFIG = 'hermesMedia';
const JSON_ONLY: readonly string[] = [JSON_MEDIA];
const BODILESS = new Set(['GET', 'HEAD', 'TRACE']);
/** At most this much of a refused media type is quoted. */
const MAX_QUOTED = 80;

/** The media types of the route's bodies; routes that say nothing take JSON. */
export const TakesMedia = (...media: readonly string[]): MethodDecorator => RouteConfig({ [CONFIG]: media });

/** The body's media type in lower case, without parameters; empty where the head names none. */
export function mediaOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether the head announces a body that is not empty. */
export function announcesBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether no body is read of a request of this method, whatever it announces. */
export function takesNoBody({ method }: FastifyRequest): boolean {
  return BODILESS.has(method);
}

/** The types that a handler takes, for the API document. */
export function takenMedia(handler: object): readonly string[] {
  const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as
    Readonly<Record<string, unknown>> | undefined;
  return (config?.[CONFIG] as readonly string[] | undefined) ?? JSON_ONLY;
}

function takenBy(request: FastifyRequest): readonly string[] {
  const config = request.routeOptions.config as object as Readonly<Record<string, unknown>>;
  return (config[CONFIG] as readonly string[] | undefined) ?? JSON_ONLY;
}

/** Whether the route hands the body on as it comes, whatever its length. */
export function isStreamed(request: FastifyRequest): boolean {
  const media = mediaOf(request);
  return STREAMED_MEDIA.includes(media) && takenBy(request).includes(media);
}

/** Why the body is not taken; undefined where it is, or nothing is served at the path. */
export function faultOfMedia(request: FastifyRequest): ProblemError | undefined {
  if (request.is404 || takesNoBody(request)) return undefined;
  const media = mediaOf(request);
  if (media === '' && !announcesBody(request)) return undefined;
  const taken = takenBy(request);
  if (taken.includes(media)) return undefined;
  const what =
    media === ''
      ? 'the body has no Content-Type'
      : `a body of the type ${media.slice(0, MAX_QUOTED)} is not taken here`;
  return new ProblemError({ code: 'unsupported-media-type', detail: `${what}: send ${taken.join(', ')}` });
}
