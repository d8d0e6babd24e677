/** Answers whatever a handler, a guard, Fastify or the router throws, through the one problem writer; defects are logged. */
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Log } from '#application';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteTable } from '../http/routes.js';
import { problemOfError } from './of-error.js';
import { writeProblem, type ProblemContext } from './write.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly log: Log,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  private answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // Nest throws a 404 of its own for a path and method that no route takes; nothing else here throws HttpException 404.
    if (error instanceof HttpException && error.getStatus() === 404) {
      this.answerNoRoute(request, reply);
      return;
    }
    const { problem, defect } = problemOfError(error);
    if (defect)
      this.log.error('a request failed for a defect', { requestId: request.id, method: request.method, err: error });
    send(reply, writeProblem(problem, { pathNamesOne: namesOne(request), requestId: request.id }));
  }

  private answerNoRoute(request: FastifyRequest, reply: FastifyReply): void {
    const path = request.url.split('?', 1)[0] ?? '';
    const allow = this.routes.methodsOf(path);
    const context: ProblemContext = { requestId: request.id, allow };
    const problem =
      allow.length > 0
        ? ({ code: 'method-not-allowed', detail: `this path takes ${allow.join(', ')}` } as const)
        : ({ code: 'not-found', detail: 'nothing is served at this path: check it against the API guide' } as const);
    send(reply, writeProblem(problem, context));
  }
}

function send(reply: FastifyReply, answer: ReturnType<typeof writeProblem>): void {
  if (reply.sent) return;
  // Fastify would close the connection under a sender that is not done, who then never gets to the answer
  if (answer.status === 413) reply.removeHeader('connection');
  void reply.code(answer.status).headers(answer.headers).serializer(asIs).send(answer.body);
}

function asIs(payload: unknown): string {
  return String(payload);
}

function namesOne(request: FastifyRequest): boolean {
  return request.routeOptions.url?.includes(':') ?? false;
}
