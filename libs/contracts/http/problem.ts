/** Why a request was refused (RFC 9457), with every fault of it. */
import { ERRORS, type ErrorCode } from '../errors.js';
import { component, fields, listOf, text, typed, type Infer } from './schema.js';

const fault = component(
  'Fault',
  fields({
    path: { ...text, description: 'Where: `[3].host`, `limit`, `header Hermes-Wait`; empty for the whole.' },
    code: { ...text, description: 'Which: `invalid`, `missing`, `unknown` or one of the codes of problems.' },
    message: { ...text, description: 'What is wrong, with the value and what to do.' },
  }),
);

export const problemBody = component(
  'Problem',
  fields(
    {
      type: typed<'about:blank'>({ type: 'string', const: 'about:blank' }),
      title: text,
      status: typed<number>({ type: 'integer', minimum: 400, maximum: 599 }),
      detail: text,
      code: typed<ErrorCode>({ type: 'string', enum: Object.keys(ERRORS).sort() }),
      'instance?': { ...text, description: "The request's id, under which Hermes' log says more." },
      'errors?': { ...listOf(fault), description: 'Every fault of a request, up to 1,000.' },
    },
    'Why a request was refused (RFC 9457).',
  ),
);
export type ProblemBody = Infer<typeof problemBody>;
