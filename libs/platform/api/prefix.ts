/** Where the API begins, and what stands outside of it. */

export const API_PREFIX = 'api/v1';

/** Paths of controllers, without what their parameters stand for. */
export const OUTSIDE_API = [
  '/',
  'health/live',
  'health/ready',
  'metrics',
  'api/openapi.json',
  'api/docs',
  'api/docs/:file',
] as const;

/** The path at which a route is served: `base` is its controller's, `own` its handler's. */
export function pathOf(base: string, own: string): string {
  const path = [base, own]
    .join('/')
    .split('/')
    .filter((part) => part !== '')
    .join('/');
  if (path === '') return '/';
  return OUTSIDE_API.some((outside) => outside === path) ? `/${path}` : `/${API_PREFIX}/${path}`;
}
