/** Who asks, as use cases know it. */
import type { Rebuilds } from '#application';
import type { Identity } from '#platform';

export function askingOf({ name, idempotencyKey }: Identity): NonNullable<Parameters<Rebuilds['begin']>[0]> {
  return { principal: name, ...(idempotencyKey !== undefined && { idempotencyKey }) };
}
