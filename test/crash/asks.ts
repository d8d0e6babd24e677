/** What is asked of Hermes while it is killed: each request with all that must be found of it afterwards. */

/** Its `note` is like no other's, so that it is known in the journal with or without a key. */
export interface AskedEvent {
  /** Its own name. */
  readonly host: string;
  /** The alias by which it is reported; absent: its own name. */
  readonly called?: string;
  readonly type: string;
  readonly key: string | null;
  readonly note: string;
}

/** What a request that was done has left behind. */
export type Effect =
  /** `listed`: the answer names each, in this order. */
  | { readonly kind: 'events'; readonly events: readonly AskedEvent[]; readonly listed: boolean }
  /** Its description is the request's tag. */
  | { readonly kind: 'quest'; readonly hosts: readonly string[] }
  | { readonly kind: 'quest-hosts'; readonly quest: number; readonly hosts: readonly string[] }
  /** Who did it is the request's tag. */
  | { readonly kind: 'quest-claimed'; readonly quest: number; readonly hosts: readonly string[] }
  /** The reason is the request's tag. */
  | { readonly kind: 'quest-hosts-removed'; readonly quest: number; readonly hosts: readonly string[] }
  /** The creator becomes the request's tag. */
  | { readonly kind: 'quest-amended'; readonly quest: number }
  /** The reason is the request's tag. */
  | { readonly kind: 'quest-abandoned'; readonly quest: number }
  /** The note, the assignee, the reason or (of a move) who did it is the request's tag. */
  | { readonly kind: 'labors'; readonly labors: readonly string[]; readonly bulk: boolean }
  /** The value of an attribute, or the reason, is the request's tag. */
  | { readonly kind: 'hosts'; readonly hosts: readonly string[]; readonly bulk: boolean }
  /** The inventory has the hosts that it named. `gone`: hosts that the first import of it named and this one lacks; null: it is the first. */
  | {
      readonly kind: 'inventory';
      readonly inventory: string;
      readonly hosts: readonly string[];
      readonly gone: readonly string[] | null;
    }
  /** What a filter finds is commanded as `labors` and `hosts` are: at once, or by an operation. */
  | { readonly kind: 'found' }
  /** Of one that is over nothing changes. */
  | { readonly kind: 'operation-cancelled'; readonly operation: string }
  /** `isFormer`: the name has a history of its own. */
  | { readonly kind: 'aliased'; readonly host: string; readonly name: string; readonly isFormer: boolean }
  /** The reason is the request's tag. */
  | { readonly kind: 'redacted'; readonly event: string }
  /** Its name is the request's tag. */
  | { readonly kind: 'type-defined' }
  /** The description becomes the request's tag. */
  | { readonly kind: 'type-amended' }
  /** Something of the catalogue is retired or restored; the catalogue's own entries say whether that was right. */
  | { readonly kind: 'moved' };

/** How far a name is that is to become a former one: what was answered last. */
export type FormerStage = 'logged' | 'retired';

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/** One request, sent once or, where that does no harm, until it is answered. */
export interface Ask {
  readonly tag: string;
  readonly method: 'POST' | 'PATCH' | 'PUT';
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  /** Sending it again does no harm, as the API says. */
  readonly repeatable: boolean;
  /** Sent with its tag as `Idempotency-Key`: its work is done once, whatever it is. */
  readonly once: boolean;
  /** Codes of refusals that may rightly come. */
  readonly refusals: readonly string[];
  readonly effect: Effect;
  /** The name that is so far once this is answered. */
  readonly former?: { readonly name: string; readonly stage: FormerStage } | undefined;
  attempts: number;
  /** When it was sent first, and when its answer came, by one clock; Infinity until then. */
  askedAtMs: number;
  answeredAtMs: number;
  /** Of the attempt that was done. */
  answer: Answered | undefined;
}

export function newAsk(
  ask: Pick<Ask, 'tag' | 'path' | 'effect'> & {
    readonly body: unknown;
    readonly method?: Ask['method'];
    readonly repeatable?: boolean;
    readonly once?: boolean;
    readonly refusals?: readonly string[];
    readonly former?: Ask['former'];
  },
): Ask {
  const { body, method = 'POST', once = false, repeatable = once, refusals = [], ...rest } = ask;
  const sent = { method, contentType: 'application/json', body: JSON.stringify(body) };
  const notYet = { attempts: 0, askedAtMs: Infinity, answeredAtMs: Infinity, answer: undefined };
  return { ...rest, ...sent, once, repeatable: once || repeatable, refusals, ...notYet };
}

export function ndjsonAsk(tag: string, events: readonly AskedEvent[]): Ask {
  return {
    ...newAsk({
      tag,
      path: '/events',
      body: null,
      repeatable: true,
      effect: { kind: 'events', events, listed: false },
    }),
    contentType: 'application/x-ndjson',
    body: events.map((event) => `${JSON.stringify(bodyOf(event))}\n`).join(''),
  };
}

/** As the API takes it. */
export function bodyOf({ key, host, called = host, ...event }: AskedEvent): object {
  return { ...event, host: called, ...(key === null ? {} : { key }) };
}
