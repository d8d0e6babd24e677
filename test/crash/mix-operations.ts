/** Requests that cancel operations: those that run, those that are over, and those that are cancelled already. */
import { newAsk, type Ask } from './asks.js';

export function cancelAsk(tag: string, operation: string, random: () => number): Ask {
  const again = { repeatable: true, once: random() < 0.5 };
  const effect = { kind: 'operation-cancelled', operation } as const;
  return newAsk({ tag, path: `/operations/${operation}/cancel`, body: { reason: tag }, effect, ...again });
}
