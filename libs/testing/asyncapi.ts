/** The examples of docs/asyncapi.yaml, for the specs that hold Hermes to them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface AsyncApiExample {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
  /** The value of the message; null where it has none. */
  readonly value: Buffer | null;
  /** Schemas of its message. */
  readonly schemas: { readonly headers: object; readonly payload: object };
}

export interface AsyncApiDocument {
  readonly info: object;
  readonly channels: Readonly<
    Record<string, { readonly messages: Readonly<Record<string, { readonly $ref: string }>> }>
  >;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

interface Message {
  readonly headers?: object;
  readonly payload: object;
  readonly examples: readonly { name: string; headers?: Readonly<Record<string, string>>; payload: unknown }[];
}

export function asyncApiDocument(): AsyncApiDocument {
  return parse(readFileSync('docs/asyncapi.yaml', 'utf8')) as AsyncApiDocument;
}

/** Of all messages of a channel, by their names, for `test.each`. */
export function asyncApiExamples(channel: string): readonly (readonly [name: string, example: AsyncApiExample])[] {
  const { channels, components } = asyncApiDocument();
  return Object.values(channels[channel]?.messages ?? {}).flatMap(({ $ref }) => {
    const message = components.messages[$ref.split('/').at(-1) ?? ''];
    if (message === undefined) throw new Error(`${$ref} leads nowhere`);
    const schemas = { headers: message.headers ?? {}, payload: message.payload };
    return message.examples.map(({ name, headers = {}, payload }) => {
      const value = payload === null ? null : Buffer.from(JSON.stringify(payload));
      return [name, { name, headers, payload, value, schemas }] as const;
    });
  });
}
