/** The document of an event. */
import type { Attributes, EventId, HostName, Instant, JsonObject, QuestId, Revision, TypeName } from '#domain';
import type { Position } from '../position.js';

/** Rule 25: who redacted an event, when and why. */
export interface EventRedaction {
  readonly by: string | null;
  readonly principal: string | null;
  readonly at: Instant;
  readonly reason: string;
}

/** One event, inserted when judged; only its redaction changes it, once. */
export interface EventDocument {
  readonly id: EventId;
  readonly host: HostName;
  readonly revision: Revision;
  readonly position: Position;
  readonly type: TypeName;
  readonly category: string;
  readonly state: string;
  readonly key: string | null;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  readonly note: string | null;
  readonly attributes: Attributes | null;
  /** JSON of the client's own. */
  readonly data: JsonObject | null;
  readonly quest: QuestId | null;
  readonly late: boolean;
  readonly duplicate: boolean;
  /** Where not null, `by`, `note`, `attributes` and `data` are. */
  readonly redacted: EventRedaction | null;
}
