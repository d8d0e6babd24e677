/** The refusals of a route: RFC 9457 problems by status, each with the codes that it may have. */
import { ERRORS, type ErrorCode } from '#contracts';
import { statusOf } from '../http/problems/statuses.js';
import { component, fields, listOf, text, type Schema } from '../api/description/schema.js';

const fault = component(
  'Fault',
  fields({
    path: { ...text, description: 'Where: `[3].host`, `limit`, `header Hermes-Wait`; empty for the whole.' },
    code: { ...text, description: 'Which: `invalid`, `missing`, `unknown` or one of the codes of problems.' },
    message: { ...text, description: 'What is wrong, with the value and what to do.' },
  }),
);

export const problem = component(
  'Problem',
  fields(
    {
      type: { const: 'about:blank' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text,
      code: { ...text, enum: Object.keys(ERRORS).sort() },
      'instance?': { ...text, description: "The request's id, under which Hermes' log tells more." },
      'errors?': { ...listOf(fault), description: 'Every fault of a request, up to 1,000.' },
    },
    'Why a request was refused (RFC 9457).',
  ),
);

/** Codes by the status that they are answered with. `pathNamesOne`: see {@link statusOf}. */
export function codesByStatus(codes: ReadonlySet<ErrorCode>, pathNamesOne: boolean): ReadonlyMap<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort()) {
    const status = statusOf(code, pathNamesOne);
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return new Map([...groups].sort(([a], [b]) => a - b));
}

/** What stands for one status of a route: its codes, and what each means. */
export function explain(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' ');
}

/** The problem with one of `codes`; `reference` is what {@link problem} is referred to by. */
export function problemOf(codes: readonly ErrorCode[], reference: Schema): Schema {
  return { ...reference, properties: { code: { enum: codes } } };
}
