/** `/`: leads people to the page of the API, and says to programs where everything is. */
import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { component, type JsonSchema } from '#contracts';
import { Open } from '../api/access/guard.js';
import { Serves } from '../api/head-guard.js';
import { chooseMedia } from '../api/negotiate.js';
import { API_PREFIX } from '../api/prefix.js';
import { Documented } from '../api/description/operation.js';

/** The first is for clients without a wish: curl asks for anything. */
const MEDIA = ['application/json', 'text/html'] as const;
const PLACES = {
  api: `/${API_PREFIX}`,
  docs: '/api/docs',
  openapi: '/api/openapi.json',
  health: '/health/ready',
} as const;

const path: JsonSchema = { type: 'string' };
const places = component('Places', {
  type: 'object',
  properties: Object.fromEntries(Object.keys(PLACES).map((name) => [name, path])),
  required: Object.keys(PLACES),
  additionalProperties: false,
} satisfies JsonSchema);

@Controller()
export class RootController {
  @Get()
  @Open()
  @Serves(...MEDIA)
  @Documented({
    id: 'getRoot',
    summary: 'Where the API, its page and its health are',
    answers: {
      200: { about: 'Paths of this origin.', content: { 'application/json': places } },
      302: { about: 'For browsers: to the page.', content: { 'text/html': { type: 'string' } } },
    },
  })
  root(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): typeof PLACES | string {
    void reply.headers({ vary: 'accept', 'cache-control': 'no-cache' });
    if (chooseMedia(accept, MEDIA) !== 'text/html') return PLACES;
    void reply.code(302).header('location', PLACES.docs).type('text/html; charset=utf-8');
    return `<a href="${PLACES.docs}">Hermes: the HTTP API</a>`;
  }
}
