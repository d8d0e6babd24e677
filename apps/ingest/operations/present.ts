/** Operations as answers show them, and what became of each labor or host, also as rows. */
import type { OperationResult, OperationView } from '#application';
import { COMMAND_NAMES, operationResultPage, type OperationBody, type OperationResultBody } from '#contracts';
import type { ListShape } from '#platform';

export function presentOperation({ id, state, isOver, left, position }: OperationView): OperationBody {
  const { command, where, by, principal, draftedAt, acceptedAt, found, done, refused, advancedAt } = state;
  const { kind, by: _, ...said } = command;
  const [on, name] = COMMAND_NAMES[kind];
  return {
    ...{ id, on, command: name, said, where, by, principal },
    ...{ acceptedAt: acceptedAt ?? draftedAt, state: isOver ? 'done' : 'running' },
    ...{ found, done, refused, left, advancedAt, position: String(position) },
  };
}

export const operationResultList: ListShape<OperationResult, OperationResultBody> = {
  name: 'operation-results',
  page: operationResultPage,
  present: (result) => {
    if (result.state === 'done') return { ...result, position: String(result.position) };
    return result;
  },
  instants: [],
  columns: {
    id: ({ id }) => id,
    state: ({ state }) => state,
    position: (result) => (result.state === 'done' ? result.position : null),
    code: (result) => (result.state === 'refused' ? result.code : null),
  },
};
