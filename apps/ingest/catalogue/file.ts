/** A catalogue's file as the body of a request. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  catalogueFile,
  eventTypeDefinition,
  eventTypeRequest,
  fateDefinition,
  fateRequest,
  type CatalogueFileBody,
} from '#contracts';
import type { EventTypeRequestBody, Fault, FateRequestBody } from '#contracts';
import type { CatalogueFile } from '#domain';
import { BodyPipe, checkedItems, ProblemError, readsBody } from '#platform';

/** Injects the file, checked item by item in turns with other requests; every fault is reported with its place. */
export function CheckedFile(): ParameterDecorator {
  const pipe = new BodyPipe(catalogueFile);
  const read = (_: unknown, context: ExecutionContext): Promise<CatalogueFile> =>
    readFile(context.switchToHttp().getRequest<FastifyRequest>().body, pipe);
  return createParamDecorator(readsBody(read, pipe))();
}

async function readFile(body: unknown, pipe: BodyPipe): Promise<CatalogueFile> {
  const { eventTypes, fates } = pipe.transform(body) as CatalogueFileBody;
  const faults: Fault[] = [];
  const types = await checkedItems('eventTypes', eventTypes, eventTypeRequest, faults);
  const all = await checkedItems('fates', fates, fateRequest, faults);
  if (faults.length > 0) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    throw new ProblemError({ code: 'validation-failed', detail: `the file has ${count}`, errors: faults });
  }
  return {
    eventTypes: (types as readonly EventTypeRequestBody[]).map(eventTypeDefinition),
    fates: (all as readonly FateRequestBody[]).map(fateDefinition),
  };
}
