/**
 * Answers whatever a handler, a guard, Fastify or the router throws, through the one problem writer; defects are logged. Of
 * requests without a route, OPTIONS is answered here, too.
 */
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Log } from '#application';
import type { ErrorCode, Problem } from '#contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteTable } from './routes.js';
import { idsOf } from './trace.js';
import { refusedWith } from './write-lines.js';
import { problemOfError } from './problems/of-error.js';
import { NOTHING_HERE, takesOnly, writeProblem, type ProblemContext } from './problems/write.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly log: Log,
    /** Called with every problem that is answered. */
    private readonly refused: (code: ErrorCode) => void,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  private answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // Nest itself throws a 404 for a path and method that no route takes; nothing else here throws HttpException 404.
    if (error instanceof HttpException && error.getStatus() === 404) {
      this.answerNoRoute(request, reply);
      return;
    }
    const { problem, defect } = problemOfError(error);
    if (defect)
      this.log.error('a request failed for a defect', { ...idsOf(request), method: request.method, err: error });
    this.send(problem, { pathNamesOne: namesOne(request), requestId: request.id }, reply);
  }

  private answerNoRoute(request: FastifyRequest, reply: FastifyReply): void {
    const path = request.url.split('?', 1)[0] ?? '';
    const allow = this.routes.methodsOf(path);
    if (request.method === 'OPTIONS' && allow.length > 0) {
      void reply.code(204).send();
      return;
    }
    const context: ProblemContext = { requestId: request.id, allow };
    const problem =
      allow.length > 0
        ? ({ code: 'method-not-allowed', detail: takesOnly(allow) } as const)
        : ({ code: 'not-found', detail: NOTHING_HERE } as const);
    this.send(problem, context, reply);
  }

  private send(problem: Problem, context: ProblemContext, reply: FastifyReply): void {
    if (reply.sent) return;
    const { status, headers, body } = writeProblem(problem, context);
    this.refused(problem.code);
    refusedWith(reply.request, problem.code);
    // Fastify would close the connection under a sender that is not done, who then never gets to the answer
    if (status === 413) reply.removeHeader('connection');
    for (const name of OF_ANOTHER_BODY) reply.removeHeader(name);
    void reply.code(status).headers(headers).serializer(asIs).send(body);
  }
}

/** A handler, or an encoder, may have said these of the answer that it has not finished. */
const OF_ANOTHER_BODY = [
  'content-encoding',
  'content-length',
  'content-disposition',
  'content-range',
  'etag',
  'last-modified',
];

function asIs(payload: unknown): string {
  return String(payload);
}

function namesOne(request: FastifyRequest): boolean {
  return request.routeOptions.url?.includes(':') ?? false;
}
