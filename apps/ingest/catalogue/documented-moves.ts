/** What the API document says about retiring, restoring and deleting what the catalogue has. */
import type { ErrorCode } from '#contracts';
import type { StatusMove } from '#domain';
import { AMENDED_TAG, answering, IF_MATCH, type Operation } from '#platform';
import type { Movable } from './movables.js';

const ABOUT: Readonly<Record<StatusMove, { readonly verb: string; readonly about: string }>> = {
  retire: {
    verb: 'Retires',
    about:
      'It does nothing from then on, and labors that were opened before stay. What is retired already is answered as it is.',
  },
  restore: {
    verb: 'Restores',
    about: 'It is in force again, after all checks of a definition. What is in force already is answered as it is.',
  },
  delete: {
    verb: 'Deletes',
    about: 'For what was retired before, was never used, and nothing names. Its name is free again, its number is not.',
  },
};

const PROBLEMS = {
  EventType: { retire: ['in-use'], restore: [], delete: ['in-use', 'not-retired', 'host-parked'] },
  Fate: {
    retire: ['in-use'],
    restore: ['event-type-retired', 'fate-exists', 'fate-retired'],
    delete: ['in-use', 'not-retired', 'host-parked'],
  },
} as const satisfies Record<string, Readonly<Record<StatusMove, readonly ErrorCode[]>>>;

export function moveDocumented<T, B extends object>(
  { name, title, moved }: Movable<T, B>,
  move: StatusMove,
): Operation {
  const { verb, about } = ABOUT[move];
  const article = name === 'EventType' ? 'an' : 'a';
  const shown = move === 'delete' ? `The ${title} as it was.` : `The ${title} as it stands now.`;
  return {
    id: `${move}${name}`,
    summary: `${verb} ${article} ${title}`,
    description: `${about} With \`dryRun=true\` nothing is changed, and the answer says what would come of open labors.`,
    writes: true,
    headers: IF_MATCH,
    answers: answering(moved, shown, move === 'delete' ? {} : AMENDED_TAG),
    problems: ['conflict', 'precondition-failed', 'not-caught-up', ...PROBLEMS[name][move]],
  };
}
