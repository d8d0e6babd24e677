/** Whether rebuilt views may be served by themselves: where nothing differs from those that are served. */
import type { ProveGenerations } from '../projection/prove-generations.js';
import { compareGenerations, type CompareGenerationsParts } from './compare-generations.js';

export function provedBy(parts: Pick<CompareGenerationsParts, 'journal' | 'views'>): ProveGenerations {
  return async ({ served, next }, signal, left) => {
    const { findings } = await compareGenerations({ ...parts, generations: [served, next], left }, signal);
    return { differences: findings.differences };
  };
}
