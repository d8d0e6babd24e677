/** Hosts as plain text, one a line, so that a list can be sent as it is; what else the request says is in its query string. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HOST_WANTED, inMessage, type Fault, type Schema } from '#contracts';
import { MAX_QUEST_HOSTS, parseHostName } from '#domain';
import {
  BodyPipe,
  instant,
  one,
  parseQuery,
  ProblemError,
  readsBody,
  readsQuery,
  refuseQuery,
  TextBody,
  type QueryTable,
  type Word,
} from '#platform';

/** At most this many bad lines are reported. */
const MAX_LINE_FAULTS = 1000;

/** As many lines as a quest may have hosts, and as many blank ones. */
const MAX_LINES = 2 * MAX_QUEST_HOSTS;

/** Whatever was written: what it may be, the body's schema says. */
const anyText: Word<string> = { parse: (text) => text, takes: 'a text', schema: { type: 'string' } };

/** What a quest says beside its hosts. A reference is a URL or a key; those with a label are sent as JSON. */
export const QUEST_QUERY = {
  type: one(anyText),
  creator: one(anyText),
  description: one(anyText),
  target: one(instant),
  reference: {
    read: (texts: readonly string[]) => texts,
    schema: { type: 'array', items: { type: 'string' } },
    about: 'A key or a URL; repeated for more.',
  },
} as const satisfies QueryTable;

/**
 * Injects a body of `schema`, which has `hosts`: JSON without a query string, or hosts as plain text
 * with the other fields as parameters of `query`. All faults are reported at once.
 */
export function BodyOrTextHosts(schema: Schema<object>, query: QueryTable): ParameterDecorator {
  const pipe = new BodyPipe(schema);
  const read = (_: unknown, context: ExecutionContext): object => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { body, url } = request;
    const isText = body instanceof TextBody;
    if (!isText || Object.keys(query).length === 0) refuseQuery(request);
    return isText ? readText(body.text, url, query, pipe) : pipe.transform(body);
  };
  return createParamDecorator(readsBody(readsQuery(read, query), pipe))();
}

function readText(text: string, url: string, query: QueryTable, pipe: BodyPipe): object {
  refuseMany(text);
  const faults: Fault[] = [];
  const hosts = readHosts(text, faults);
  const at = url.indexOf('?');
  const parsed = parseQuery(at < 0 ? '' : url.slice(at + 1), query);
  if (!parsed.ok) faults.push(...parsed.faults);
  try {
    const checked = pipe.transform({ ...fieldsOf(parsed.ok ? parsed.values : {}), hosts });
    if (faults.length === 0) return checked;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // what cannot be read is not missing as well
    if (parsed.ok) faults.push(...(error.problem.errors ?? []));
  }
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  throw new ProblemError({ code: 'validation-failed', detail: `the request has ${count}`, errors: faults });
}

/** As the fields of the body are called. */
function fieldsOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { reference, ...fields } = values;
  if (!Array.isArray(reference)) return fields;
  const references = reference.map((text: string) => (/^https?:/i.test(text) ? { url: text } : { key: text }));
  return { ...fields, references };
}

/** Before the text is parted: a small body may decode to millions of lines. */
function refuseMany(text: string): void {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines <= MAX_LINES) continue;
    const detail = `the text has more than ${MAX_LINES} lines: a quest has at most ${MAX_QUEST_HOSTS} hosts, one a line`;
    throw new ProblemError({ code: 'payload-too-large', detail });
  }
}

/** Blank lines are skipped; a line's space and its carriage return are no part of a name. */
function readHosts(text: string, faults: Fault[]): readonly string[] {
  const hosts: string[] = [];
  let number = 0;
  let bad = 0;
  for (const line of text.split('\n')) {
    number += 1;
    const host = line.trim();
    if (host === '') continue;
    if (parseHostName(host) !== undefined) {
      hosts.push(host);
      continue;
    }
    bad += 1;
    if (bad > MAX_LINE_FAULTS) continue;
    faults.push({
      path: `line ${number}`,
      code: 'invalid',
      message: `${inMessage(host)} names no host; ${HOST_WANTED}`,
    });
  }
  return hosts;
}
