/**
 * Targets of requests (RFC 9112, 3.2). The router knows paths alone: a request with another target would be answered without
 * the hooks, and so would pass the door.
 */

/** Nothing is served there. */
const NO_PATH = '/*';

/** The path and query of a request's target: of an absolute one its own, of `*` a path where nothing is served. */
export function pathOfTarget(target = ''): string {
  if (target.startsWith('/')) return target;
  const parsed = URL.canParse(target) ? new URL(target) : undefined;
  return parsed?.pathname.startsWith('/') === true ? `${parsed.pathname}${parsed.search}` : NO_PATH;
}
