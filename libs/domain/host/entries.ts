/** Entries of a stream `host-<hostname>`: its events and the commands on its labors. These names are the storage format. */
import type { HostName, Instant, TypeName } from '../names.js';
import type { QuestId } from '../quest/ids.js';
import type { LaborId } from './ids.js';

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface EventLogged {
  readonly kind: 'EventLogged';
  readonly host: HostName;
  /** `category-state`. */
  readonly type: TypeName;
  readonly category: string;
  readonly state: string;
  /** When it happened, as reported. */
  readonly at: Instant;
  readonly recordedAt: Instant;
  /** Who reported it; null where nobody said. */
  readonly by: string | null;
  /** What the client calls it (rule 24). */
  readonly key: string | null;
  readonly note: string | null;
  readonly attributes: Attributes | null;
  /** The quest whose embarking logged it (rule 17). */
  readonly quest: QuestId | null;
}

interface LaborCommandEntry {
  readonly host: HostName;
  readonly labor: LaborId;
  readonly recordedAt: Instant;
}

export interface LaborAcknowledged extends LaborCommandEntry {
  readonly kind: 'LaborAcknowledged';
  readonly by: string | null;
  readonly note: string | null;
}

export interface LaborAssigned extends LaborCommandEntry {
  readonly kind: 'LaborAssigned';
  readonly by: string | null;
  /** Null takes the assignment away. */
  readonly to: string | null;
}

export interface LaborWaived extends LaborCommandEntry {
  readonly kind: 'LaborWaived';
  readonly by: string | null;
  readonly reason: string;
}

export type LaborCommandLogged = LaborAcknowledged | LaborAssigned | LaborWaived;
export type HostEntry = EventLogged | LaborCommandLogged;
