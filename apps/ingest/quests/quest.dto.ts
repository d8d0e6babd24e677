/** Quests in requests. */
import type { QuestAmendment, QuestRequest } from '#application';
import type { Reference, TypeReference } from '#domain';
import { Check, Optional, orNull } from '../checks/check.js';
import { hostList, hostsOf, instant, instantOf, typeReference } from '../checks/names.js';
import { referenceList, referencesOf } from '../checks/references.js';
import { line, MAX_NAME_LENGTH, MAX_TEXT_LENGTH, text } from '../checks/texts.js';
import { given } from '../given.js';

const creator = line(MAX_NAME_LENGTH);
const description = text(1, MAX_TEXT_LENGTH);

export class QuestDto {
  @Check('typeReference', typeReference)
  type!: TypeReference;

  @Check('hostList', hostList, 'One named twice counts once.')
  hosts!: string[];

  @Optional()
  @Check('creator', creator, "Absent: the token's name.")
  creator?: string;

  @Check('description', description)
  description!: string;

  @Optional()
  @Check('instant', instant)
  target?: string;

  @Optional()
  @Check('referenceList', referenceList)
  references?: Reference[];
}

export class QuestAmendmentDto {
  @Optional()
  @Check('creator', orNull(creator), 'Null takes it away.')
  creator?: string | null;

  @Optional()
  @Check('description', description)
  description?: string;

  @Optional()
  @Check('instant', orNull(instant), 'Null takes it away.')
  target?: string | null;

  @Optional()
  @Check('referenceList', referenceList, 'In place of those that are there.')
  references?: Reference[];
}

export class QuestHostsDto {
  @Check('hostList', hostList)
  hosts!: string[];
}

export function questRequest({ type, hosts, creator, description, target, references }: QuestDto): QuestRequest {
  return {
    type,
    hosts: hostsOf(hosts),
    creator: creator ?? null,
    description,
    target: target === undefined ? null : instantOf(target),
    references: referencesOf(references ?? []),
  };
}

export function questAmendment({ creator, description, target, references }: QuestAmendmentDto): QuestAmendment {
  return given({
    creator,
    description,
    target: typeof target === 'string' ? instantOf(target) : target,
    references: references && referencesOf(references),
  });
}
