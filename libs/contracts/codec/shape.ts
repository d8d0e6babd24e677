/** Objects of named fields, compiled once from their schema: what reads them, writes them, and describes them. */
import { inMessage } from '../in-message.js';
import { object, Unreadable, type AmendedField, type Data, type Field, type JsonSchema } from './fields.js';

/** One field for each property of `T`, in the order in which they are written; for those that `T` may lack, an amended one. */
export type FieldsOf<T> = {
  readonly [Name in keyof T]-?: Partial<Pick<T, Name>> extends Pick<T, Name>
    ? AmendedField<Exclude<T[Name], undefined>>
    : Field<T[Name]>;
};

export interface Shape<T> {
  /** Puts the fields of `data` into `target`, which it answers; throws Unreadable, which names the field. */
  readonly read: (data: Data, target: object) => T;
  /** The data of `value` as JSON, without what may be left out. */
  readonly write: (value: T) => string;
  readonly schema: JsonSchema;
}

export function shapeOf<T extends object>(fields: FieldsOf<T>): Shape<T> {
  const all = Object.entries<Field<unknown>>(fields).map(([name, field]) => ({ name, ...field }));
  const readInto = compiledReader(all);
  return {
    read(data, target) {
      let unread = -readInto(data, target);
      for (const _ in data) unread += 1;
      if (unread === 0) return target as T;
      // every field of a version is known to it; one more was written by something else
      const strange = Object.keys(data).find((name) => !Object.hasOwn(fields, name));
      throw new Unreadable(`${inMessage(strange)} is no field of it`);
    },
    write: compiledWriter(all),
    schema: {
      type: 'object',
      properties: Object.fromEntries(all.map(({ name, schema }) => [name, schema])),
      required: all.flatMap(({ name, leftOut }) => (leftOut === undefined ? [name] : [])),
      additionalProperties: false,
    },
  };
}

/** An object within an entry's data. */
export function record<T extends object>(fields: FieldsOf<T>): Field<T> {
  const { read, schema } = shapeOf(fields);
  return {
    schema,
    read: (value, name) => {
      try {
        return read(object.read(value, name), {});
      } catch (error) {
        throw error instanceof Unreadable ? new Unreadable(`in ${name}: ${error.message}`) : error;
      }
    },
  };
}

interface Named extends Field<unknown> {
  readonly name: string;
}

/*
 * Each shape gets functions of its own text: in these the engine knows where each field lies, which in a loop over names
 * it has to look up for every entry (a rebuild decodes millions of them, and would take half as long again for each).
 * The text holds nothing but the names above.
 */

/** Reads the fields that are present into the target, and answers their number. */
function compiledReader(fields: readonly Named[]): (data: Data, target: object) => number {
  const steps = fields.map(({ name, leftOut }, index) => {
    const field = JSON.stringify(name);
    const put = `target[${field}] = read${index}(value, ${field});`;
    const step =
      leftOut === 'absent'
        ? `if (value !== undefined) { present += 1; ${put} }`
        : `if (value !== undefined) present += 1; ${put}`;
    return `{ const value = data[${field}]; ${step} }`;
  });
  const source = `return (data, target) => { let present = 0; ${steps.join(' ')} return present; };`;
  return compile(source, Object.fromEntries(fields.map(({ read }, index) => [`read${index}`, read]))) as (
    data: Data,
    target: object,
  ) => number;
}

function compiledWriter(fields: readonly Named[]): (value: object) => string {
  const members = fields.map(({ name, leftOut }) => {
    const field = JSON.stringify(name);
    return `${field}: value[${field}]${leftOut === 'null' ? ' ?? undefined' : ''}`;
  });
  return compile(`return (value) => JSON.stringify({ ${members.join(', ')} });`, {}) as (value: object) => string;
}

function compile(source: string, given: Readonly<Record<string, unknown>>): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- of names in this folder's source, never of data
  const make = new Function(...Object.keys(given), source) as (...values: readonly unknown[]) => unknown;
  return make(...Object.values(given));
}
