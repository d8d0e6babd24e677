/** The commands of the catalogue. Texts are already within their limits; names are parsed. */
import type { Instant, TypeName, TypeReference } from '../names.js';
import type { Actor, OnRepeat } from './entries.js';
import type { FateId } from './ids.js';

export interface EventTypeDefinition {
  readonly category: string;
  readonly state: string;
  readonly description: string | null;
  readonly restricted: boolean;
}

/** A fate is named by its number or its name. */
export type FateReference = FateId | string;

export interface FateDefinition {
  readonly creates: TypeReference;
  readonly completedBy: TypeReference;
  readonly intermediate: boolean;
  /** May name an earlier item of the same command. */
  readonly follows: FateReference | null;
  readonly onRepeat: OnRepeat;
  readonly name: string | null;
  readonly description: string | null;
  readonly actors: readonly Actor[];
}

interface CommandBase {
  readonly by: string | null;
  readonly now: Instant;
}

/** All or none. */
export interface DefineEventTypes extends CommandBase {
  readonly kind: 'DefineEventTypes';
  readonly definitions: readonly EventTypeDefinition[];
}

export interface AmendEventType extends CommandBase {
  readonly kind: 'AmendEventType';
  readonly name: TypeName;
  readonly description?: string | null;
  readonly restricted?: boolean;
}

/** All or none. */
export interface DefineFates extends CommandBase {
  readonly kind: 'DefineFates';
  readonly definitions: readonly FateDefinition[];
}

export interface AmendFate extends CommandBase {
  readonly kind: 'AmendFate';
  readonly fate: FateReference;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly actors?: readonly Actor[];
}

/** Rule 10: out of force, back in force, or gone for good. */
export type StatusMove = 'retire' | 'restore' | 'delete';

export interface MoveEventType extends CommandBase {
  readonly kind: 'MoveEventType';
  readonly move: StatusMove;
  readonly name: TypeName;
}

export interface MoveFate extends CommandBase {
  readonly kind: 'MoveFate';
  readonly move: StatusMove;
  readonly fate: FateReference;
}

/** All that is meant to be in force; everything else is retired. */
export interface CatalogueFile {
  readonly eventTypes: readonly EventTypeDefinition[];
  /** `follows`: the name of another item, wherever it stands, or the number of a fate that another item is. */
  readonly fates: readonly FateDefinition[];
}

/** All or none. */
export interface ReplaceCatalogue extends CommandBase {
  readonly kind: 'ReplaceCatalogue';
  readonly wanted: CatalogueFile;
}

export type CatalogueCommand = DefineEventTypes | AmendEventType | MoveEventType | DefineFates | AmendFate | MoveFate;
