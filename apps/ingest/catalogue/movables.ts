/** What of the catalogue can be retired, restored and deleted: its paths, its use cases, and how it is shown. */
import type { Caller, CatalogueChange, ForeseenChange, Ingest, Unchanged } from '#application';
import {
  eventTypeBody,
  eventTypeMoved,
  fateBody,
  fateMoved,
  presentEventType,
  presentFate,
  type EventTypeBody,
  type FateBody,
  type JsonSchema,
  type Outcome,
} from '#contracts';
import type { EventType, Fate, StatusMove } from '#domain';

type Arguments<T> = readonly [
  ingest: Ingest,
  name: string,
  move: StatusMove,
  caller: Caller,
  unchanged: Unchanged<T> | undefined,
];

export interface Movable<T, B extends object> {
  /** As in the names of its operations. */
  readonly name: 'EventType' | 'Fate';
  /** As in sentences. */
  readonly title: string;
  readonly path: string;
  readonly param: string;
  /** What it is called in the answer of a dry run. */
  readonly field: 'eventType' | 'fate';
  readonly body: JsonSchema;
  /** That, or the answer of a dry run. */
  readonly moved: JsonSchema;
  readonly present: (item: T) => B;
  readonly move: (...asked: Arguments<T>) => Promise<Outcome<CatalogueChange<T>>>;
  readonly foresee: (...asked: Arguments<T>) => Promise<Outcome<ForeseenChange<T>>>;
}

const eventType: Movable<EventType, EventTypeBody> = {
  name: 'EventType',
  title: 'event type',
  path: 'event-types',
  param: 'name',
  field: 'eventType',
  body: eventTypeBody,
  moved: eventTypeMoved,
  present: presentEventType,
  move: (ingest, ...asked) => ingest.moveEventType(...asked),
  foresee: (ingest, ...asked) => ingest.foreseeEventTypeMove(...asked),
};

const fate: Movable<Fate, FateBody> = {
  name: 'Fate',
  title: 'fate',
  path: 'fates',
  param: 'fate',
  field: 'fate',
  body: fateBody,
  moved: fateMoved,
  present: presentFate,
  move: (ingest, ...asked) => ingest.moveFate(...asked),
  foresee: (ingest, ...asked) => ingest.foreseeFateMove(...asked),
};

export const MOVABLES = { eventType, fate };
