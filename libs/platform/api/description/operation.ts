/** What the API document says about a route that its code does not: in a word what it is for, what it answers, and what it refuses. */
import type { ErrorCode, JsonSchema } from '#contracts';
import type { QueryTable } from './query.js';

/** A body by its media type; JSON where it is a schema alone. */
export type Content = Readonly<Record<string, JsonSchema>>;

export interface AnswerDescription {
  readonly about: string;
  readonly body?: JsonSchema;
  /** In place of `body`: where it is not, or not only, JSON. */
  readonly content?: Content;
  /** Beside those that every answer of its kind has. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
}

export interface Operation {
  /** A name for it in clients that are generated: unique, lower camel case. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** By status: those below 400, and others that are no problem (readiness). */
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** The codes of its own, beside those that its method, path and role bring. */
  readonly problems?: readonly ErrorCode[];
  /** Whether it appends to the journal, and answers where. */
  readonly writes?: boolean;
  /** The handler tags its answers itself, where `Tagged` cannot: they are not JSON. */
  readonly tags?: boolean;
  /** Bodies that `CheckedBody` does not check. */
  readonly body?: Content;
  /** Of bodies, by media type. */
  readonly examples?: Readonly<Record<string, unknown>>;
  /** Where the handler reads the query string by itself. */
  readonly query?: QueryTable;
  /** Request headers beside those of its kind. */
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
}

/** The answers of an operation that answers `body` where all is well. */
export function answering(
  body: JsonSchema,
  about = 'It.',
  headers: AnswerDescription['headers'] = {},
): Operation['answers'] {
  return { 200: { about, body, headers } };
}

const operations = new WeakMap<object, Operation>();

/** On every handler of a route. */
export function Documented(operation: Operation): MethodDecorator {
  return (_prototype, _name, descriptor) => {
    operations.set(descriptor.value as object, operation);
  };
}

export function operationOf(handler: object): Operation | undefined {
  return operations.get(handler);
}
