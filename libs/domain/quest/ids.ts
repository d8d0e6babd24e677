/** Quests are numbered from 1; a number is never used again (some may never be used). */
import type { Branded } from '../names.js';

export type QuestId = Branded<number, 'QuestId'>;

/** The quest number that `value` is, or undefined: whole, from 1. */
export function parseQuestId(value: number): QuestId | undefined {
  return Number.isSafeInteger(value) && value >= 1 ? (value as QuestId) : undefined;
}
