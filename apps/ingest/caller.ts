/** Who asks, as the use cases want to know it. */
import type { Caller } from '#application';
import { reaches, type Identity } from '#platform';

export function callerOf({ name, holder, role, trace, idempotencyKey }: Identity): Caller {
  return {
    principal: name,
    ...(holder === undefined ? {} : { holder }),
    mayReportRestricted: reaches(role, 'operate'),
    ...(trace === undefined ? {} : { trace }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
