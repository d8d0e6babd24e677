/** Where an export is resumed: what its last whole line said, both or neither. */
import type { FastifyRequest } from 'fastify';
import type { ExportPlace } from '#application';
import { one, position, ProblemError, queryOf, type Word } from '#platform';

const chain: Word<string> = {
  parse: (text) => (/^[\da-f]{64}$/.test(text) ? text : undefined),
  takes: '64 hexadecimal digits, as each line of an export ends with them',
  schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
};

export const EXPORT_QUERY = {
  after: {
    ...one(position),
    about: 'The position of the last whole line of an export that was cut: it goes on behind it.',
  },
  chain: { ...one(chain), about: 'The chain of that line.' },
};

/** Null: from the beginning. */
export function placeAsked({ url }: FastifyRequest): ExportPlace | null {
  const { after, chain: said } = queryOf(url, EXPORT_QUERY);
  if (after === undefined && said === undefined) return null;
  if (after !== undefined && said !== undefined) return { position: after, chain: said };
  const path = after === undefined ? 'chain' : 'after';
  const message = 'is given alone: an export is resumed with after and chain, both of its last whole line';
  const detail = 'the query string is not valid';
  throw new ProblemError({ code: 'validation-failed', detail, errors: [{ path, code: 'invalid', message }] });
}
