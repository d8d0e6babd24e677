/** Whether rebuilt views may be served by themselves: where nothing differs from those that are served, and nothing was left out. */
import type { ProveGenerations } from '../projection/prove-generations.js';
import { compareGenerations, type CompareGenerationsParts } from './compare-generations.js';

export function provedBy(parts: Pick<CompareGenerationsParts, 'journal' | 'views'>): ProveGenerations {
  return async ({ served, next }, signal) => {
    const compared = await compareGenerations({ ...parts, generations: [served, next] }, signal);
    return { differences: compared.findings.differences, leftOut: compared.leftOut };
  };
}
