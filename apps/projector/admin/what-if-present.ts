/** What-ifs as answers show them, and what would be otherwise also as rows. */
import { reasonOfDifference, verdictOf, type LaborDifference, type SeenLabor, type WhatIfStatus } from '#application';
import { presentFate, whatIfLaborPage, type WhatIfBody, type WhatIfLaborBody } from '#contracts';
import type { ListShape } from '#platform';

const NOT_GUESSED =
  'The same entries are judged: what would have been refused, and which hosts quests would have taken, is not guessed.';

export function presentWhatIf(status: WhatIfStatus): WhatIfBody {
  const { id, state, phase, position, percent, entries, total, entriesPerS, secondsLeft, hosts, bytes } = status;
  const { listed, numbers, defined, byType, byQuest, examples, startedAt, endedAt, reason } = status;
  return {
    ...{
      id,
      state,
      phase,
      position: String(position),
      percent,
      entries,
      total,
      entriesPerS,
      secondsLeft,
      hosts,
      bytes,
    },
    ...{ listed, ...numbers, defined: defined.map(presentFate), byType, byQuest, examples: examples.map(presentLabor) },
    ...{ notGuessed: NOT_GUESSED, startedAt, endedAt, failure: reason },
  };
}

function presentLabor(difference: LaborDifference): WhatIfLaborBody {
  const { host, was, would } = difference;
  const labor = was ?? would;
  if (labor === null) throw new TypeError('a difference of no labor');
  const { id, type, quest } = labor;
  const sides = { was: was && presentSide(was), would: would && presentSide(would) };
  const [verdict, reason] = [verdictOf(difference), reasonOfDifference(difference)];
  return { host, labor: id, type, quest, verdict, ...sides, reason };
}

function presentSide({ openedBy, closed }: SeenLabor): NonNullable<WhatIfLaborBody['was']> {
  if (closed === null) return { state: 'open', openedBy, closedBy: null };
  const { how, entry, event, type, fate } = closed;
  return { state: how, openedBy, closedBy: { entry, event, type, fate } };
}

export const whatIfLabors: ListShape<LaborDifference, WhatIfLaborBody> = {
  name: 'what-if-labors',
  page: whatIfLaborPage,
  present: presentLabor,
  instants: [],
  columns: {
    host: ({ host }) => host,
    labor: ({ was, would }) => (was ?? would)?.id ?? null,
    type: ({ was, would }) => (was ?? would)?.type ?? null,
    quest: ({ was, would }) => (was ?? would)?.quest ?? null,
    verdict: verdictOf,
    was: ({ was }) => stateOf(was),
    wasOpenedBy: ({ was }) => was?.openedBy.event ?? null,
    wasClosedBy: ({ was }) => was?.closed?.event ?? null,
    would: ({ would }) => stateOf(would),
    wouldBeOpenedBy: ({ would }) => would?.openedBy.event ?? null,
    wouldBeClosedBy: ({ would }) => would?.closed?.event ?? null,
    reason: reasonOfDifference,
  },
};

function stateOf(labor: SeenLabor | null): string | null {
  return labor === null ? null : (labor.closed?.how ?? 'open');
}
