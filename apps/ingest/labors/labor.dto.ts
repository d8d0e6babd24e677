/** Commands on labors in requests: on one, or on many by their ids. */
import type { LaborAction } from '#application';
import type { Schema } from '#platform';
import { Check, Optional, orNull, shown, taking } from '../checks/check.js';
import { line, MAX_NAME_LENGTH, MAX_TEXT_LENGTH, text } from '../checks/texts.js';

const MAX_LABORS = 1000;
/** No id of a labor is longer: a host's name, a revision, a number. */
const MAX_ID_LENGTH = 300;
const name = line(MAX_NAME_LENGTH);

const LABOR_IDS: Schema = {
  type: 'array',
  minItems: 1,
  maxItems: MAX_LABORS,
  items: { type: 'string', maxLength: MAX_ID_LENGTH, examples: ['web-1.example.com~0'] },
};

/** Texts that may be ids; one that is none is answered as an unknown labor among the results. */
const laborIds = taking(LABOR_IDS, (value) => {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_LABORS)
    return `is ${Array.isArray(value) ? `${value.length} items` : shown(value)}: give an array of 1 to ${MAX_LABORS} ids`;
  const index = value.findIndex((id) => typeof id !== 'string' || id.length > MAX_ID_LENGTH);
  return index < 0 ? undefined : `has at [${index}] ${shown(value[index])}: give ids of labors, such as "web-1~0"`;
});

export class AckDto {
  @Optional()
  @Check('by', name, "Absent: the token's name.")
  by?: string;

  @Optional()
  @Check('note', text(0, MAX_TEXT_LENGTH))
  note?: string;
}

export class AssignDto {
  @Check('to', orNull(name), 'Null takes it away.')
  to!: string | null;
}

export class WaiveDto {
  @Optional()
  @Check('by', name, "Absent: the token's name.")
  by?: string;

  @Check('reason', text(1, MAX_TEXT_LENGTH))
  reason!: string;
}

export class AckManyDto extends AckDto {
  @Check('laborIds', laborIds)
  labors!: string[];
}

export class AssignManyDto extends AssignDto {
  @Check('laborIds', laborIds)
  labors!: string[];
}

export class WaiveManyDto extends WaiveDto {
  @Check('laborIds', laborIds)
  labors!: string[];
}

export function acking({ by, note }: AckDto): LaborAction {
  return { kind: 'ack', by: by ?? null, note: note ?? null };
}

export function assigning({ to }: AssignDto): LaborAction {
  return { kind: 'assign', to };
}

export function waiving({ by, reason }: WaiveDto): LaborAction {
  return { kind: 'waive', by: by ?? null, reason };
}
