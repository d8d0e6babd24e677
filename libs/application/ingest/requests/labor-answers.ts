/** How the answer to a command on many labors is kept: a position or a refusal for each, in the order asked for. */
import { eachInTurns, mapInTurns } from '#contracts';
import { parseLaborId } from '#domain';
import type { LaborResult, LaborResults } from '../ingest.js';
import { faultOf } from '../labor-standings.js';
import { keptPosition, type Answers } from './answers.js';

/** Refusals that are for good: with any other the request is not done yet. */
const FINAL = { 'labor-unknown': 'unknown', 'labor-not-open': 'closed' } as const;
type FinalCode = keyof typeof FINAL;
export const FINAL_OF_LABORS = Object.keys(FINAL);

interface Kept {
  readonly position: string | null;
  readonly results: readonly string[];
}

/** `labors`: the ids as the client wrote them. */
export function laborAnswers(labors: readonly string[]): Answers<LaborResults> {
  return {
    async pack({ position, results }): Promise<Kept | undefined> {
      const kept: string[] = [];
      await eachInTurns(results, (result) => {
        if ('position' in result) kept.push(String(result.position));
        else if (isFinal(result.fault.code)) kept.push(result.fault.code);
      });
      if (kept.length < results.length) return undefined;
      return { position: position === undefined ? null : String(position), results: kept };
    },
    async unpack(answer) {
      const { position, results } = answer as Kept;
      return {
        position: position === null ? undefined : keptPosition(position),
        results: await mapInTurns(labors, (labor, index) => resultOf(labor, results[index])),
      };
    },
  };
}

function resultOf(labor: string, kept: string | undefined): LaborResult {
  const id = parseLaborId(labor)?.id;
  if (kept !== undefined && isFinal(kept)) return { id: id ?? labor, fault: faultOf(labor, FINAL[kept]) };
  if (id === undefined) throw new TypeError(`"${labor}" was commanded, and is no labor`);
  return { id, position: keptPosition(kept) };
}

function isFinal(code: string): code is FinalCode {
  return code in FINAL;
}
