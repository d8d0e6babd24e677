/** A catalogue's file as the body of a request. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catalogueFile, eachInTurns, eventTypeRequest, fateRequest, type CatalogueFileBody } from '#contracts';
import type { EventTypeRequestBody, Fault, FateRequestBody, Schema } from '#contracts';
import type { CatalogueFile } from '#domain';
import { BodyPipe, ProblemError, readsBody } from '#platform';
import { eventTypeDefinition, fateDefinition } from './definitions.js';

/** No more are looked for. */
const MAX_FAULTS = 1000;

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
  const types = await itemsOf('eventTypes', eventTypes, eventTypeRequest, faults);
  const all = await itemsOf('fates', fates, fateRequest, faults);
  if (faults.length > 0) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    throw new ProblemError({ code: 'validation-failed', detail: `the file has ${count}`, errors: faults });
  }
  return {
    eventTypes: (types as readonly EventTypeRequestBody[]).map(eventTypeDefinition),
    fates: (all as readonly FateRequestBody[]).map(fateDefinition),
  };
}

async function itemsOf(
  field: string,
  items: readonly unknown[],
  schema: Schema<object>,
  faults: Fault[],
): Promise<readonly object[]> {
  const pipe = new BodyPipe(schema);
  const checked: object[] = [];
  await eachInTurns(items, (item, index) => {
    if (faults.length >= MAX_FAULTS) return;
    try {
      checked.push(pipe.transform(item ?? null));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const place = `${field}[${index}]`;
      for (const fault of error.problem.errors ?? [])
        faults.push({ ...fault, path: fault.path === '' ? place : `${place}.${fault.path}` });
    }
  });
  return checked;
}
