/** Event types in requests. */
import type { EventTypeAmendment } from '#application';
import type { EventTypeDefinition } from '#domain';
import { Check, Optional, orNull } from '../checks/check.js';
import { typePart } from '../checks/names.js';
import { flag, MAX_TEXT_LENGTH, text } from '../checks/texts.js';
import { given } from '../given.js';

const description = text(1, MAX_TEXT_LENGTH);

export class EventTypeDto {
  @Check('typePart', typePart)
  category!: string;

  @Check('typePart', typePart)
  state!: string;

  @Optional()
  @Check('description', description)
  description?: string;

  @Optional()
  @Check('flag', flag)
  restricted?: boolean;
}

export class EventTypeAmendmentDto {
  @Optional()
  @Check('description', orNull(description), 'Null takes it away.')
  description?: string | null;

  @Optional()
  @Check('flag', flag)
  restricted?: boolean;
}

export function eventTypeDefinition(dto: EventTypeDto): EventTypeDefinition {
  const { category, state, description = null, restricted = false } = dto;
  return { category, state, description, restricted };
}

export function eventTypeAmendment({ description, restricted }: EventTypeAmendmentDto): EventTypeAmendment {
  return given({ description, restricted });
}
