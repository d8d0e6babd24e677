/** The hosts of a request, in its JSON or as plain text, one a line, so that a list can be sent as it is; what else the request says is in its query string. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { HostsAsked } from '#application';
import {
  HOST_WANTED,
  inMessage,
  inTurns,
  readHostList,
  STEP_HOSTS,
  type Fault,
  type Schema,
  type Steps,
} from '#contracts';
import { MAX_QUEST_HOSTS, parseHostName, type HostName } from '#domain';
import {
  BodyPipe,
  flag,
  instant,
  one,
  parseQuery,
  ProblemError,
  readsBody,
  readsQuery,
  searchOf,
  refuseQuery,
  TextBody,
  type QueryTable,
  type Word,
} from '#platform';
import { readHostQuery } from '../host-query.js';

/** At most this many bad lines are reported. */
const MAX_LINE_FAULTS = 1000;

/** As many lines as a quest may have hosts, and as many blank ones. */
const MAX_LINES = 2 * MAX_QUEST_HOSTS;

/** Whatever was written: what it may be, the body's schema says. */
const anyText: Word<string> = { parse: (text) => text, takes: 'a text', schema: { type: 'string' } };

/** What a claim says beside its hosts. */
export const CLAIM_QUERY = { from: one(anyText), by: one(anyText) } as const satisfies QueryTable;

/** What a removal of hosts says beside these. */
export const REMOVAL_QUERY = { by: one(anyText), reason: one(anyText) } as const satisfies QueryTable;

/** What a quest says beside its hosts. A reference is a URL or a key; those with a label are sent as JSON. */
export const QUEST_QUERY = {
  type: one(anyText),
  creator: one(anyText),
  description: one(anyText),
  target: one(instant),
  claim: one(flag),
  reference: {
    read: (texts: readonly string[]) => texts,
    schema: { type: 'array', items: { type: 'string' } },
    about: 'A key or a URL; repeated for more.',
  },
} as const satisfies QueryTable;

/**
 * Injects a body of `schema`, which may have `hosts` and `hostQuery`, as {@link WithHosts}: JSON without a query string, or hosts as plain text
 * with the other fields as parameters of `query`. `beside`: parameters that go with both, and are no fields of the body. All
 * faults are reported at once. Hosts are read in turns with other requests: there may be a million.
 */
export function BodyOrTextHosts(
  schema: Schema<object>,
  query: QueryTable,
  beside: QueryTable = {},
): ParameterDecorator {
  const pipe = new BodyPipe(schema);
  const all = { ...query, ...beside };
  const read = (_: unknown, context: ExecutionContext): Promise<object> => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { body, url } = request;
    const isText = body instanceof TextBody;
    const table = isText ? all : beside;
    if (Object.keys(table).length === 0) refuseQuery(request);
    const given: Given = { parsed: parseQuery(searchOf(url), table), beside };
    return isText ? readText(body.text, given, pipe) : readJson(body, given, pipe);
  };
  return createParamDecorator(readsBody(readsQuery(read, all), pipe))();
}

/** The query string as it was read, and which of its parameters are no fields of the body. */
interface Given {
  readonly parsed: ReturnType<typeof parseQuery>;
  readonly beside: QueryTable;
}

/** The parameters in two: those that are fields of the body, and those beside it; and their faults. */
function partsOf({ parsed, beside }: Given): {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly others: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
} {
  if (!parsed.ok) return { fields: {}, others: {}, faults: parsed.faults };
  const values = Object.entries(parsed.values);
  return {
    fields: Object.fromEntries(values.filter(([name]) => !Object.hasOwn(beside, name))),
    others: Object.fromEntries(values.filter(([name]) => Object.hasOwn(beside, name))),
    faults: [],
  };
}

/** The body with the hosts that its texts name, or its query in place of them. */
export type WithHosts<B extends { readonly hosts?: unknown; readonly hostQuery?: unknown }> = Omit<
  B,
  'hosts' | 'hostQuery'
> & {
  readonly hosts: HostsAsked;
};

async function readText(text: string, given: Given, pipe: BodyPipe): Promise<object> {
  const faults: Fault[] = [];
  const hosts = await inTurns(readLines(text, faults));
  const { fields, others, faults: unread } = partsOf(given);
  faults.push(...unread);
  // what cannot be read is not missing as well
  const checked = check(pipe, fieldsOf(fields), unread.length === 0 ? faults : []);
  if (faults.length > 0) throw invalid(faults);
  return { ...checked, ...others, hosts };
}

async function readJson(body: unknown, given: Given, pipe: BodyPipe): Promise<object> {
  const { others, faults: unread } = partsOf(given);
  if (unread.length > 0) throw invalid(unread);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return pipe.transform(body);
  const { hosts: named, hostQuery: query } = body as { readonly hosts?: unknown; readonly hostQuery?: unknown };
  // what is of another kind, the schema says
  if ((named !== undefined && !Array.isArray(named)) || (query !== undefined && typeof query !== 'string'))
    return pipe.transform(body);
  const faults: Fault[] = [];
  const { hostQuery: _, ...checked } = check(pipe, body, faults) as { readonly hostQuery?: string };
  const names = await readNames(named ?? [], faults);
  const hosts = query === undefined ? names : { query: readHostQuery(query, faults), beside: names };
  if (faults.length > 0) throw invalid(faults);
  return { ...checked, ...others, hosts };
}

async function readNames(list: readonly unknown[], faults: Fault[]): Promise<readonly HostName[]> {
  const { hosts, fault } = await inTurns(readHostList(list));
  if (fault !== undefined) faults.push({ path: 'hosts', code: 'invalid', message: `hosts ${fault}` });
  return hosts;
}

/** The body without its hosts, which are read apart; its faults go to `faults`. */
function check(pipe: BodyPipe, body: object, faults: Fault[]): object {
  try {
    return pipe.transform({ ...body, hosts: [] });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    faults.push(...(error.problem.errors ?? []));
    return {};
  }
}

function invalid(errors: readonly Fault[]): ProblemError {
  const count = errors.length === 1 ? 'one fault' : `${errors.length} faults`;
  return new ProblemError({ code: 'validation-failed', detail: `the request has ${count}`, errors });
}

/** As the fields of the body are called. */
function fieldsOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { reference, ...fields } = values;
  if (!Array.isArray(reference)) return fields;
  const references = reference.map((text: string) => (/^https?:/i.test(text) ? { url: text } : { key: text }));
  return { ...fields, references };
}

/** Blank lines are skipped; a line's space and its carriage return are no part of a name. Throws for too many lines: a small body may decode to millions. */
function* readLines(text: string, faults: Fault[]): Steps<readonly HostName[]> {
  const hosts: HostName[] = [];
  let bad = 0;
  for (let number = 1, from = 0; from <= text.length; number += 1) {
    if (number > MAX_LINES) throw tooMany();
    if (number % STEP_HOSTS === 0) yield;
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    const line = text.slice(from, to).trim();
    from = to + 1;
    if (line === '') continue;
    const host = parseHostName(line);
    if (host !== undefined) {
      hosts.push(host);
      continue;
    }
    bad += 1;
    if (bad > MAX_LINE_FAULTS) continue;
    faults.push({
      path: `line ${number}`,
      code: 'invalid',
      message: `${inMessage(line)} names no host; ${HOST_WANTED}`,
    });
  }
  return hosts;
}

function tooMany(): ProblemError {
  const detail = `the text has more than ${MAX_LINES} lines: a quest has at most ${MAX_QUEST_HOSTS} hosts, one a line`;
  return new ProblemError({ code: 'payload-too-large', detail });
}
