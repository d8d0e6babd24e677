/** The code that Node gives an error of the system (`ENOENT`); `unknown` where it gives none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
