/** Operations are known by a UUID: that of the request which began them, so every try of it means the same one. */
import type { Branded } from '../names.js';

export type OperationId = Branded<string, 'OperationId'>;

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The operation that `text` names, or undefined. */
export function parseOperationId(text: string): OperationId | undefined {
  return UUID.test(text) ? (text as OperationId) : undefined;
}
