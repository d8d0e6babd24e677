/** Documents as the server sends them: their fields as bytes, of which nothing is decoded. */
import { createHash } from 'node:crypto';
import { BSON, type Document } from 'mongodb';
import type { Connection } from './connection.js';
import type { Query } from './find.js';
import type { CollectionKind } from './layout.js';

/** The size of a text, before it, and the byte after it. */
const SIZE_BYTES = 4;
const END_BYTES = 1;
const text = new TextDecoder();

export class RawDocument {
  /** By name. */
  private readonly fields = new Map<string, Uint8Array>();

  constructor(private readonly bytes: Uint8Array) {
    for (const [, nameOffset, nameLength, offset, length] of BSON.onDemand.parseToElements(bytes)) {
      const name = text.decode(bytes.subarray(nameOffset, nameOffset + nameLength));
      // the byte before the name is the value's type
      this.fields.set(name, bytes.subarray(nameOffset - 1, offset + length));
    }
  }

  get size(): number {
    return this.bytes.length;
  }

  /** Of a document whose id is a text. */
  get id(): string {
    const field = this.fields.get('_id') ?? new Uint8Array();
    return text.decode(field.subarray('?_id\0'.length + SIZE_BYTES, field.length - END_BYTES));
  }

  /** Every field but those, by their names: updates put new fields where inserts do not. */
  digest(leftOut: ReadonlySet<string>): string {
    const hash = createHash('sha256');
    for (const name of [...this.fields.keys()].sort())
      if (!leftOut.has(name)) hash.update(this.fields.get(name) ?? new Uint8Array());
    return hash.digest('hex');
  }
}

/**
 * The first ones by their ids, at most `limit` and as many bytes as there is room for, but one in any case; `next`: the id of the one
 * after them, undefined where there is none.
 */
export async function findRaw(
  connection: Connection,
  { kind, generation, query }: { readonly kind: CollectionKind; readonly generation: number; readonly query: Query },
  { limit, bytes }: { readonly limit: number; readonly bytes: number },
): Promise<{ readonly found: readonly RawDocument[]; readonly next: string | undefined }> {
  const options = {
    ...connection.limits,
    sort: { _id: 1 },
    limit: limit + 1,
    batchSize: limit + 2,
    raw: true,
  } as const;
  return connection.run(async () => {
    const found: RawDocument[] = [];
    let left = bytes;
    for await (const sent of connection.of<Document>(kind, generation).find(query, options)) {
      const document = new RawDocument(sent as unknown as Uint8Array);
      left -= document.size;
      if (found.length === limit || (left < 0 && found.length > 0)) return { found, next: document.id };
      found.push(document);
    }
    return { found, next: undefined };
  });
}
