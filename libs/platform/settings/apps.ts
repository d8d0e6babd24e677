/** The differences between the apps' settings: the port they listen on, the stores they open, whether they may hold them. */
import type { StorePort } from './store-choices.js';

export interface AppKind {
  readonly name: 'standalone' | 'ingest' | 'projector' | 'query';
  /** Where HERMES_PORT is not given. */
  readonly port: number;
  readonly opens: readonly StorePort[];
  /** `read`: by the reader interface only, with rights to no more. */
  readonly viewsAccess: 'write' | 'read';
  /** Takes events, and so those of the inbound topic where the settings ask for it. */
  readonly takesEvents: boolean;
  /** Runs beside other processes, so that nothing it works with may live in its own. */
  readonly apart: boolean;
}

export const APPS = {
  standalone: {
    name: 'standalone',
    port: 4400,
    opens: ['journal', 'feed', 'views'],
    viewsAccess: 'write',
    takesEvents: true,
    apart: false,
  },
  ingest: {
    name: 'ingest',
    port: 4401,
    opens: ['journal', 'feed', 'views'],
    viewsAccess: 'read',
    takesEvents: true,
    apart: true,
  },
  projector: {
    name: 'projector',
    port: 4402,
    opens: ['journal', 'feed', 'views'],
    viewsAccess: 'write',
    takesEvents: false,
    apart: true,
  },
  query: { name: 'query', port: 4403, opens: ['views'], viewsAccess: 'read', takesEvents: false, apart: true },
} as const satisfies Readonly<Record<AppKind['name'], AppKind>>;
