/** Numbers of the catalogue: given in order of definition from 1, never used again. */
import type { Branded } from '../names.js';

export type EventTypeId = Branded<number, 'EventTypeId'>;
export type FateId = Branded<number, 'FateId'>;

/** The fate number that `value` is, or undefined: whole, from 1. */
export function parseFateId(value: number): FateId | undefined {
  return Number.isSafeInteger(value) && value >= 1 ? (value as FateId) : undefined;
}

/** The event type number that `value` is, or undefined: whole, from 1. */
export function parseEventTypeId(value: number): EventTypeId | undefined {
  return Number.isSafeInteger(value) && value >= 1 ? (value as EventTypeId) : undefined;
}
