/** The served OpenAPI document as tests ask it: its operations, and whether bodies are what it says. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonSchema } from '#contracts';

interface Media {
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters: readonly ParameterObject[];
  readonly requestBody?: {
    readonly required: boolean;
    /** Of every media type, here also what the document has beside JSON. */
    readonly content: Readonly<Record<string, Media>>;
    readonly 'x-other-content'?: Readonly<Record<string, Media>>;
  };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: JsonSchema;
}

interface DocumentObject {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface OperationOf extends OperationObject {
  /** Upper case. */
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
}

/** JSON, or the first type of bodies that it takes. */
export function mediaOf({ requestBody }: OperationOf): string {
  return Object.keys(requestBody?.content ?? {})[0] ?? 'application/json';
}

function withAllBodies({ requestBody, ...operation }: OperationObject): OperationObject {
  if (requestBody === undefined) return operation;
  return {
    ...operation,
    requestBody: { ...requestBody, content: { ...requestBody.content, ...requestBody['x-other-content'] } },
  };
}

export class Description {
  readonly operations: readonly OperationOf[];
  private readonly document: DocumentObject;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  private readonly compiled = new Map<JsonSchema, ValidateFunction>();

  constructor(document: unknown) {
    this.document = document as DocumentObject;
    this.operations = Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...withAllBodies(operation),
        method: method.toUpperCase(),
        path,
      })),
    );
    this.ajv.addSchema({ $id: 'hermes', components: this.document.components });
  }

  /** What a reference leads to, and the name of what it is. */
  resolve(schema: JsonSchema): { readonly schema: JsonSchema; readonly name: string | undefined } {
    const name = schema.$ref?.replace('#/components/schemas/', '');
    if (name === undefined) return { schema, name: undefined };
    const found = this.document.components.schemas[name];
    if (found === undefined) throw new Error(`the document has no ${name}`);
    return { schema: found, name };
  }

  /** What is wrong with `value` by `schema`; undefined where nothing is. */
  faultOf(value: unknown, schema: JsonSchema): string | undefined {
    let validate = this.compiled.get(schema);
    if (validate === undefined) {
      const text = JSON.stringify(schema).replaceAll('"#/components/', '"hermes#/components/');
      validate = this.ajv.compile(JSON.parse(text) as object);
      this.compiled.set(schema, validate);
    }
    return validate(value) ? undefined : this.ajv.errorsText(validate.errors);
  }

  /** The schema of an answer; undefined where the document has none of the status. */
  answerOf({ responses }: OperationOf, status: number, media: string): JsonSchema | undefined {
    return responses[String(status)]?.content?.[media]?.schema;
  }

  /** The codes that the operation may be refused with, by the document. */
  codesOf({ responses }: OperationOf, status: number): readonly string[] {
    const schema = responses[String(status)]?.content?.['application/problem+json']?.schema;
    return (schema?.properties?.['code']?.enum ?? []) as readonly string[];
  }
}
