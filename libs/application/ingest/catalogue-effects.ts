/** What a change of the catalogue would do to open labors (rules 8 and 10), foreseen and not done: bounded questions to the views. */
import { MAX_COUNTED, done, failed, inTurns, type Outcome, type Position } from '#contracts';
import { foldCatalogue, laborEffects, type Catalogue, type LaborEffect, type QuestId } from '#domain';
import type { ViewsReader } from '#ports';
import type { Gate } from '../reading/gate.js';
import { askViews } from './ask-views.js';
import type { Change, Condition, Deciding, Guard, Item } from './catalogue-commands.js';
import type { AffectedLabors } from './ingest.js';

export type ForesightViews = Pick<ViewsReader, 'labors'>;

/** Types in the answer, a question for each: a single fate changes one, a whole file perhaps many. Of the others it says how many they are. */
const MAX_TYPES = 20;
const MAX_LOOKED_AT = 500;
const MAX_EXAMPLES = 10;

export interface EffectParts {
  readonly gate: Gate;
  readonly views: ForesightViews;
}

/** What was decided and not done, and what it would do. */
export interface Foreseen<D> {
  readonly decided: D;
  /** How far the views were. */
  readonly position: Position;
  readonly labors: readonly AffectedLabors[];
  /** Types of which labors may be open, beyond those in `labors`. */
  readonly typesOmitted: number;
}

/** Refused as the change would be. Nothing is written. */
export async function foresee<D extends Pick<Change<Item>, 'entries'>>(
  { gate, views }: EffectParts,
  catalogue: Catalogue,
  decide: Deciding<D, unknown>['decide'],
  condition: Condition,
  guard: Guard,
): Promise<Outcome<Foreseen<D>>> {
  const refusal = condition(catalogue);
  if (refusal !== undefined) return failed(refusal);
  const decision = await decide(catalogue);
  if (!decision.ok) return decision;
  const { entries } = decision.value;
  const guarded = entries.length === 0 ? undefined : await guard(entries, catalogue);
  if (guarded !== undefined) return failed(guarded);
  return askViews('what it would do', async () => {
    const seen = await gate.pass({});
    if (!seen.ok) return seen;
    const { generation, position } = seen.value;
    const labors: AffectedLabors[] = [];
    const effects = await inTurns(laborEffects(catalogue, foldCatalogue(catalogue, entries)));
    // what would be stranded first: it is what a file is looked at for before it is taken
    const listed = [...effects].sort((one, other) => rank(one) - rank(other)).slice(0, MAX_TYPES);
    for (const effect of listed) labors.push(await affected(views, generation, effect));
    return done({ decided: decision.value, position, labors, typesOmitted: effects.length - listed.length });
  });
}

function rank({ effect }: LaborEffect): number {
  return effect === 'stranded' ? 0 : 1;
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
