/** Fates in requests. */
import type { FateAmendment } from '#application';
import { parseFateReference, type Actor, type FateDefinition, type OnRepeat, type TypeReference } from '#domain';
import { Check, Optional, orNull } from '../checks/check.js';
import { fateName, fateReference, typeReference } from '../checks/names.js';
import { flag, MAX_TEXT_LENGTH, oneOf, someOf, text } from '../checks/texts.js';
import { given } from '../given.js';

const description = text(1, MAX_TEXT_LENGTH);
const actors = someOf('owner', 'creator');

export class FateDto {
  @Check('typeReference', typeReference)
  creates!: TypeReference;

  @Check('typeReference', typeReference)
  completedBy!: TypeReference;

  @Optional()
  @Check('flag', flag)
  intermediate?: boolean;

  @Optional()
  @Check('fateReference', fateReference, 'Number or name, also of an earlier item of the same request.')
  follows?: number | string;

  @Optional()
  @Check('onRepeat', oneOf('open', 'absorb'))
  onRepeat?: OnRepeat;

  @Optional()
  @Check('fateName', fateName)
  name?: string;

  @Optional()
  @Check('description', description)
  description?: string;

  @Optional()
  @Check('actors', actors)
  actors?: Actor[];
}

export class FateAmendmentDto {
  @Optional()
  @Check('fateName', orNull(fateName), 'Null takes it away.')
  name?: string | null;

  @Optional()
  @Check('description', orNull(description), 'Null takes it away.')
  description?: string | null;

  @Optional()
  @Check('actors', actors)
  actors?: Actor[];
}

export function fateDefinition(dto: FateDto): FateDefinition {
  const { creates, completedBy, intermediate = false, onRepeat = 'open', name = null, description = null } = dto;
  return {
    creates,
    completedBy,
    intermediate,
    follows: dto.follows === undefined ? null : parseFateReference(String(dto.follows)),
    onRepeat,
    name,
    description,
    actors: [...new Set(dto.actors)],
  };
}

export function fateAmendment({ name, description, actors }: FateAmendmentDto): FateAmendment {
  return given({ name, description, actors: actors === undefined ? undefined : [...new Set(actors)] });
}
