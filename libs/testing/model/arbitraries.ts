/** Random catalogues and histories for property tests; fast-check prints the seed of a failure. */
import fc from 'fast-check';
import type { CatalogueEntry } from '#domain';
import type { History } from './history.js';
import { historyOf } from './historian.js';
import { beginning, catalogueMove, crowding, move } from './moves.js';

/**
 * Histories of a few hosts under a catalogue that changes: chains, pinned and not, absorbing fates, types and fates
 * retired, restored and deleted, quests' events, late events, commands on labors open, closed and unknown, keys sent
 * again at every distance that matters, a hundred labors of a type and more. `maxMoves` and `minMoves` bound their length (a move is one step; a rare one about a hundred).
 */
export function histories(maxMoves = 60, minMoves = 0): fc.Arbitrary<History> {
  return fc
    .tuple(beginning, fc.array(move, { minLength: minMoves, maxLength: maxMoves, size: 'max' }))
    .map(([first, then]) => historyOf([...first, ...then]));
}

/** Histories whose first host has about 1,000 labors open, of which 100 are of one type, before anything may come (rule 6). */
export function crowdedHistories(maxMoves = 40): fc.Arbitrary<History> {
  return fc
    .tuple(crowding, fc.array(move, { maxLength: maxMoves, size: 'max' }))
    .map(([first, then]) => historyOf([...first, ...then]));
}

/** Entries of a catalogue's stream, also such as deciding would have refused (duplicate rules, types retired while named). */
export function catalogues(maxMoves = 12): fc.Arbitrary<readonly CatalogueEntry[]> {
  return fc
    .tuple(beginning, fc.array(catalogueMove, { maxLength: maxMoves }))
    .map(([first, then]) => historyOf([...first, ...then]))
    .map(({ steps }) => steps.flatMap((step) => (step.kind === 'catalogue' ? [step.entry] : [])));
}
