/** `/api/openapi.json`, and pages to read it at `/api/docs` that need nothing but this process. */
import { Controller, Get, Header, Inject, Param, Res, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { Needs, Open } from '../api/access/guard.js';
import { Serves } from '../api/head-guard.js';
import { ProblemError } from '../http/problems/problem-error.js';
import { ASSETS, PAGE, PAGE_HEADERS, readAsset } from './assets.js';
import { writeDocument } from './document.js';
import { documentShown, fileShown, pageShown } from '../api/description/documented.js';
import { Documented } from '../api/description/operation.js';
import { routesOf } from './routes.js';

@Controller('api')
export class DocsController {
  /** Written when first asked for: routes do not change while a process runs. */
  private document: string | undefined;

  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  @Get('openapi.json')
  @Needs('read')
  @Header('content-type', 'application/json; charset=utf-8')
  @Documented(documentShown)
  openapi(): string {
    return (this.document ??= JSON.stringify(writeDocument(routesOf(this.controllers()))));
  }

  /** Needs no token, so that a browser gets to where it asks for one; what it shows is the document, which needs one. */
  @Get('docs')
  @Open()
  @Serves('text/html')
  @Documented(pageShown)
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8');
    return PAGE;
  }

  @Get('docs/:file')
  @Open()
  @Serves('text/javascript', 'text/css')
  @Documented(fileShown)
  async file(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const asset = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (asset === undefined)
      throw new ProblemError({ code: 'not-found', detail: 'the documentation has no such file' });
    void reply.headers(PAGE_HEADERS).type(asset.type);
    return readAsset(asset);
  }

  private controllers(): readonly Type[] {
    const wrappers = [...this.modules.values()].flatMap((module) => [...module.controllers.values()]);
    return wrappers.flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as Type] : []));
  }
}
