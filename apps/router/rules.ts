/** Which app answers a request: the one table, which deploy/nginx.conf has as well. */

export const TARGETS = ['ingest', 'projector', 'query'] as const;
export type Target = (typeof TARGETS)[number];

interface Rule {
  /** Absent: any. */
  readonly methods?: readonly string[];
  /** The path itself, and all below it. */
  readonly under: string;
  readonly to: Target;
}

/** Lists that are asked by a body: they are posted to, and write nothing. */
const SEARCHED = ['events', 'hosts', 'labors', 'quests'];

/** The first that matches decides. */
export const RULES: readonly Rule[] = [
  // of the journal, from which a projector reads only
  { under: '/api/v1/admin/export', to: 'ingest' },
  { under: '/api/v1/admin/import', to: 'ingest' },
  { under: '/api/v1/admin', to: 'projector' },
  ...SEARCHED.map((list): Rule => ({ methods: ['POST'], under: `/api/v1/${list}/search`, to: 'query' })),
  // read from the journal
  { under: '/api/v1/operations', to: 'ingest' },
  { methods: ['GET', 'HEAD'], under: '/api/v1', to: 'query' },
  { under: '/api/v1', to: 'ingest' },
];

/** Each app documents its own routes: `/api/query/docs` is what query has at `/api/docs`. */
const DOCUMENTS = /^\/api\/(ingest|projector|query)(\/(?:openapi\.json|docs(?:\/[^/?]*)?)(?:\?.*)?)$/;

export interface Routed {
  readonly to: Target;
  /** With the query string, as the app knows it. */
  readonly url: string;
}

/** `url` as it stands in the request; undefined where no app answers. */
export function routeOf(method: string, url: string): Routed | undefined {
  const [, app, rest] = DOCUMENTS.exec(url) ?? [];
  const target = TARGETS.find((name) => name === app);
  if (target !== undefined && rest !== undefined) return { to: target, url: `/api${rest}` };
  const [path = ''] = url.split('?');
  const rule = RULES.find(
    ({ methods, under }) =>
      (path === under || path.startsWith(`${under}/`)) && (methods === undefined || methods.includes(method)),
  );
  return rule === undefined ? undefined : { to: rule.to, url };
}
