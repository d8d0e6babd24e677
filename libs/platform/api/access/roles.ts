/** Who may do what: four roles, each with what those before it may. */
export const ROLES = ['read', 'report', 'operate', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether someone of role `has` may do what needs role `needed`. */
export function reaches(has: Role, needed: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needed);
}

/** Who sent a request. */
export interface Identity {
  /** The token's name; null where no tokens are on. */
  readonly name: string | null;
  readonly role: Role;
  /** In whose share the request is counted: see `Visitor`. */
  readonly holder?: string;
  /** The trace context that the request is worked on under (W3C `traceparent`). */
  readonly trace?: string;
  /** The request's `Idempotency-Key`. */
  readonly idempotencyKey?: string;
}

/** Everyone, where no tokens are on: the machine's own users. */
export const LOCAL: Identity = Object.freeze({ name: null, role: 'admin' });
