/** An event as a client reports it, parsed: what the strict event parser makes of every way in. */
import type { Attributes, HostName, Instant, JsonObject, TypeReference } from '#domain';

/** What of a repeat is compared with the event that it repeats (rule 24): never its `at`, which agents set at each try. */
export const COMPARED_FIELDS = ['note', 'attributes', 'data', 'by'] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];

export interface EventReport {
  readonly host: HostName;
  /** Not looked up yet. */
  readonly type: TypeReference;
  readonly key: string | null;
  /** Null: when it is accepted. */
  readonly at: Instant | null;
  /** Null: the caller's name. */
  readonly by: string | null;
  readonly note: string | null;
  readonly attributes: Attributes | null;
  /** The client's own; nothing reads it. */
  readonly data: JsonObject | null;
  /** Where in the request it stands: `''` (the whole), `[3]`. Several reports of one `{hosts: […]}` share it. */
  readonly path: string;
}

/** What the events of many hosts have in common. */
export type SharedReport = Omit<EventReport, 'host'>;
