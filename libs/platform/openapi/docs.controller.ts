/** `/api/openapi.json`, and pages to read it at `/api/docs` that need nothing but this process. */
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { component, type JsonSchema } from '#contracts';
import { Needs, Open } from '../api/access/guard.js';
import { controllersOf } from '../api/handlers.js';
import { Serves } from '../api/head-guard.js';
import { ProblemError } from '../http/problems/problem-error.js';
import { answerTagged } from '../api/entity-tag.js';
import { ASSETS, PAGE, PAGE_HEADERS, readAsset, staticOf, type Static } from './assets.js';
import { writeDocument } from './document.js';
import { Documented } from '../api/description/operation.js';
import { routesOf } from './routes.js';

const text: JsonSchema = { type: 'string' };
const openApi = component('OpenApi', { type: 'object', additionalProperties: true } satisfies JsonSchema);

@Controller('api')
export class DocsController {
  /** Written when first asked for: routes do not change while a process runs. */
  private document: Static | undefined;

  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  @Get('openapi.json')
  @Needs('read')
  @Documented({
    id: 'getOpenApi',
    summary: 'This document',
    answers: { 200: { about: 'OpenAPI 3.1.', body: openApi } },
  })
  openapi(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): unknown {
    this.document ??= staticOf(
      JSON.stringify(writeDocument(routesOf(controllersOf(this.modules)))),
      'application/json; charset=utf-8',
    );
    return answerTagged(request, reply, this.document);
  }

  /** Needs no token, so that a browser gets to where it asks for one; what it shows is the document, which needs one. */
  @Get('docs')
  @Open()
  @Serves('text/html')
  @Documented({
    id: 'getDocs',
    summary: 'This document as a page to read',
    answers: { 200: { about: 'The page.', content: { 'text/html': text } } },
  })
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8');
    return PAGE;
  }

  @Get('docs/:file')
  @Open()
  @Serves('text/javascript', 'text/css')
  @Documented({
    id: 'getDocsFile',
    summary: 'A file of the page',
    answers: { 200: { about: 'The file.', content: { 'text/javascript': text, 'text/css': text } } },
  })
  async file(
    @Param('file') file: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const asset = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (asset === undefined)
      throw new ProblemError({ code: 'not-found', detail: 'the documentation has no such file' });
    void reply.headers(PAGE_HEADERS);
    return answerTagged(request, reply, await readAsset(asset));
  }
}
