/** What a change of the catalogue would do to open labors (rules 8 and 10), foreseen and not done: bounded questions to the views. */
import { MAX_COUNTED, done, failed, inTurns, type Outcome } from '#contracts';
import { foldCatalogue, laborEffects, type Catalogue, type LaborEffect, type QuestId } from '#domain';
import { GenerationGone, StoreUnavailable, type ViewsReader } from '#ports';
import type { Gate } from '../reading/gate.js';
import type { Change, Condition, Decide, Guard } from './catalogue-commands.js';
import type { AffectedLabors, ForeseenChange } from './ingest.js';
import { problemOfRefusals } from './problems.js';

export type ForesightViews = Pick<ViewsReader, 'labors'>;

/** Types in the answer, a question for each: a single fate changes one. Of the others it says how many they are. */
const MAX_TYPES = 20;
const MAX_LOOKED_AT = 500;
const MAX_EXAMPLES = 10;

export interface EffectParts {
  readonly gate: Gate;
  readonly views: ForesightViews;
}

/** Refused as the change would be. Nothing is written. */
export async function foresee<T>(
  { gate, views }: EffectParts,
  catalogue: Catalogue,
  decide: Decide<T>,
  condition: Condition,
  guard: Guard,
): Promise<Outcome<ForeseenChange<T>>> {
  const refusal = condition(catalogue);
  if (refusal !== undefined) return failed(refusal);
  const decision = decide(catalogue);
  if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
  const { entries, items }: Change<T> = decision.value;
  const guarded = entries.length === 0 ? undefined : await guard(entries, catalogue);
  if (guarded !== undefined) return failed(guarded);
  const [only] = items;
  if (only === undefined) throw new TypeError('a change of nothing');
  try {
    const seen = await gate.pass({});
    if (!seen.ok) return seen;
    const { generation, position } = seen.value;
    const labors: AffectedLabors[] = [];
    const effects = await inTurns(laborEffects(catalogue, foldCatalogue(catalogue, entries)));
    for (const effect of effects.slice(0, MAX_TYPES)) labors.push(await affected(views, generation, effect));
    const typesOmitted = effects.length - labors.length;
    return done({ item: only.item, changes: entries.length > 0, position, labors, typesOmitted });
  } catch (error) {
    const isAway = error instanceof StoreUnavailable && error.store === 'views';
    if (!isAway && !(error instanceof GenerationGone)) throw error;
    const detail = 'the views cannot be asked now what it would do: try again shortly';
    return failed({ code: 'not-caught-up', detail, retryAfterS: 1 });
  }
}

async function affected(views: ForesightViews, generation: number, effect: LaborEffect): Promise<AffectedLabors> {
  const page = { sort: '-openedAt', limit: MAX_LOOKED_AT, after: null, count: MAX_COUNTED } as const;
  const { items, next, total, atLeast } = await views.labors(
    generation,
    { state: ['open'], type: [effect.type] },
    page,
  );
  const quests = new Map<QuestId | null, number>();
  for (const { labor } of items) quests.set(labor.quest, (quests.get(labor.quest) ?? 0) + 1);
  return {
    ...effect,
    open: total ?? items.length,
    ...(atLeast === true && { atLeast }),
    quests: [...quests].map(([quest, open]) => ({ quest, open })).sort((one, other) => other.open - one.open),
    ...(next !== null && { questsAtLeast: true }),
    examples: items.slice(0, MAX_EXAMPLES).map(({ labor }) => labor.id),
  };
}
