/** Operations as answers show them, and what became of each labor or host, also as rows. */
import type { OperationResult, OperationView } from '#application';
import {
  COMMAND_NAMES,
  operationResultPage,
  type ListedOperationBody,
  type OperationBody,
  type OperationResultBody,
} from '#contracts';
import type { OperationCancellation } from '#domain';
import type { ListShape } from '#platform';

export function presentOperation(view: OperationView): OperationBody {
  const { command, where } = view.state;
  const { kind: _kind, by: _by, ...said } = command;
  return { ...presentListed(view), said, where };
}

export function presentListed({ id, state, isOver, left, position }: OperationView): ListedOperationBody {
  const { command, by, principal, draftedAt, acceptedAt, found, done, refused, advancedAt, cancelled } = state;
  const [on, name] = COMMAND_NAMES[command.kind];
  return {
    ...{ id, on, command: name, by, principal },
    ...{ acceptedAt: acceptedAt ?? draftedAt, state: isOver ? (left > 0 ? 'cancelled' : 'done') : 'running' },
    ...{ found, done, refused, left, advancedAt, position: String(position) },
    ...(cancelled === null ? {} : { cancelled: presentCancelled(cancelled) }),
  };
}

function presentCancelled({
  by,
  principal,
  at,
  reason,
}: OperationCancellation): NonNullable<ListedOperationBody['cancelled']> {
  return { by, principal, at, reason };
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
