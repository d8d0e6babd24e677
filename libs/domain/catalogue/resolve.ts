/** From clients' references to items of the catalogue: event types by name or pair, fates by number or name. */
import { typeName, type TypeName, type TypeReference } from '../names.js';
import type { FateReference } from './commands.js';
import { fateIndexOf } from './fate-index.js';
import { parseFateId } from './ids.js';
import type { Catalogue, EventType, Fate } from './state.js';

const DIGITS = /^\d+$/;
/** As Hermes writes it: one thing has one path. */
const NUMBER = /^[1-9]\d*$/;

/** Whether `text` may be the name of a fate: it must not read as a number, of whatever size, and has no space at its ends. */
export function isFateName(text: string): boolean {
  return text !== '' && text.trim() === text && !DIGITS.test(text) && !Number.isFinite(Number(text));
}

/** A fate as a path or a query names it: a number as Hermes writes it (no `02`), or else its name. */
export function parseFateReference(text: string): FateReference {
  return (NUMBER.test(text) ? parseFateId(Number(text)) : undefined) ?? text;
}

/** The event type, of whatever status; undefined where there is none, also where only another pair has this name. */
export function findEventType(catalogue: Pick<Catalogue, 'types'>, reference: TypeReference): EventType | undefined {
  if (typeof reference === 'string') return catalogue.types.get(reference as TypeName);
  const type = catalogue.types.get(typeName(reference.category, reference.state));
  return type?.category === reference.category ? type : undefined;
}

/** The fate, of whatever status; undefined where there is none. */
export function findFate(catalogue: Catalogue, reference: FateReference): Fate | undefined {
  const parsed = typeof reference === 'string' ? parseFateReference(reference) : reference;
  const id = typeof parsed === 'number' ? parsed : fateIndexOf(catalogue).byName.get(parsed);
  return id === undefined ? undefined : catalogue.fates.get(id);
}
