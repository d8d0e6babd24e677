/** How definitions are answered: one for one, an array for an array. */
import type { FastifyReply } from 'fastify';
import type { AffectedLabors, CatalogueChange, ForeseenChange } from '#application';
import { failed, type ForeseenBody, type Outcome } from '#contracts';
import type { StatusMove } from '#domain';
import { tagAmended, touches, valueOf, written } from '#platform';

/** Definitions of one request. */
export const MAX_DEFINITIONS = 1000;

/** 201 where anything was created, 200 where all of it was in force already. `asked`: the body as it was sent. */
export function answerDefined<T, B>(
  reply: FastifyReply,
  asked: unknown,
  outcome: Outcome<CatalogueChange<T>>,
  present: (item: T) => B,
): B | readonly B[] {
  const many = Array.isArray(asked);
  const { position, items } = valueOf(many ? outcome : ofSingle(outcome));
  written(reply, position);
  touches(reply.request, { definitions: items.length });
  void reply.code(items.some(({ created }) => created) ? 201 : 200);
  const answers = items.map(({ item }) => present(item));
  return many ? answers : only(answers);
}

/** 200 with the item as it stands now, and its tag: all of it is its definition. */
export function answerAmended<T, B>(
  reply: FastifyReply,
  outcome: Outcome<CatalogueChange<T>>,
  present: (item: T) => B,
): B {
  const { position, items } = valueOf(ofSingle(outcome));
  written(reply, position);
  const body = only(items.map(({ item }) => present(item)));
  tagAmended(reply, body);
  return body;
}

/** As {@link answerAmended}; what is deleted is answered as it was, and has no tag. */
export function answerMoved<T, B extends object>(
  reply: FastifyReply,
  outcome: Outcome<CatalogueChange<T>>,
  present: (item: T) => B,
  move: StatusMove,
): B {
  if (move !== 'delete') return answerAmended(reply, outcome, present);
  const { position, items } = valueOf(outcome);
  written(reply, position);
  return only(items.map(({ item }) => present(item)));
}

/** What was not done; `field` names what it would be about. */
export function answerForeseen<T>(
  outcome: Outcome<ForeseenChange<T>>,
  { field, present }: { readonly field: string; readonly present: (item: T) => object },
): ForeseenBody & Readonly<Record<string, unknown>> {
  const { item, changes, position, labors, typesOmitted } = valueOf(outcome);
  return {
    ...{ [field]: present(item), changes, position: String(position), labors: labors.map(presentAffected) },
    ...(typesOmitted > 0 && { typesOmitted }),
  };
}

export function presentAffected(affected: AffectedLabors): ForeseenBody['labors'][number] {
  const { type, effect, open, atLeast, quests, questsAtLeast, examples } = affected;
  return {
    ...{ type, effect, open },
    ...(atLeast === true && { atLeast }),
    quests,
    ...(questsAtLeast === true && { questsAtLeast }),
    examples,
  };
}

/** The use case was asked for a list of one: its faults lead into that, the request knows of no list. */
function ofSingle<T>(outcome: Outcome<T>): Outcome<T> {
  if (outcome.ok || outcome.problem.errors === undefined) return outcome;
  const errors = outcome.problem.errors.map((fault) => ({ ...fault, path: fault.path.replace(/^\[0\]\.?/, '') }));
  return failed({ ...outcome.problem, errors });
}

function only<B>(answers: readonly B[]): B {
  const [answer] = answers;
  if (answer === undefined) throw new Error('a definition was answered with nothing');
  return answer;
}
