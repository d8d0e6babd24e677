/** Which servers Hermes can use. */

const LEAST_MAJOR = 6;

/** Why a server of that version cannot be used; null where it can. */
export function whyTooOld(version: string): string | null {
  if (Number.parseInt(version, 10) >= LEAST_MAJOR) return null;
  return `the server is MongoDB ${version}: Hermes needs ${LEAST_MAJOR}.0 or newer`;
}
