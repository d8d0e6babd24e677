/** What may be asked of a labor. Logging an event is no command that can be refused by the fold: it is an entry (rule 7). */
import type { Instant } from '../names.js';
import type { LaborId } from './ids.js';

interface OnLabor {
  readonly labor: LaborId;
  readonly by: string | null;
  readonly now: Instant;
}

export interface AcknowledgeLabor extends OnLabor {
  readonly kind: 'AcknowledgeLabor';
  readonly note: string | null;
}

export interface AssignLabor extends OnLabor {
  readonly kind: 'AssignLabor';
  readonly to: string | null;
}

export interface WaiveLabor extends OnLabor {
  readonly kind: 'WaiveLabor';
  readonly reason: string;
}

export type LaborCommand = AcknowledgeLabor | AssignLabor | WaiveLabor;
