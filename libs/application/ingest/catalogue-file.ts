/** The catalogue as a file: what it has is brought into force, and all else is retired, in one write (rule 10). */
import { done, failed, inTurns, type Outcome } from '#contracts';
import {
  changesOf,
  countChanged,
  planCatalogue,
  type Catalogue,
  type CatalogueChanges,
  type CatalogueFile,
} from '#domain';
import type { CatalogueEntry, EventType, Fate, ItemChange, ReplaceCatalogue } from '#domain';
import { outcomeOf, type Condition } from './catalogue-commands.js';
import { foreseeIn, guarded, type CatalogueMover } from './catalogue-moves.js';
import { changeFollowed } from './deciding/change-followed.js';
import type { IngestRequest } from './deciding/request.js';
import {
  MAX_FILE_CHANGES,
  type Caller,
  type ForeseenCatalogue,
  type ReplacedCatalogue,
  type Unchanged,
} from './ingest.js';
import { changedMeanwhile } from './problems.js';

interface DecidedFile {
  readonly entries: readonly CatalogueEntry[];
  readonly revision: number;
  readonly changes: CatalogueChanges;
}

export function replaceCatalogue(
  mover: CatalogueMover,
  wanted: CatalogueFile,
  caller: Caller,
  request: IngestRequest,
  unchanged: Unchanged<number> | undefined,
): Promise<Outcome<ReplacedCatalogue>> {
  return guarded(mover, caller, (guard) =>
    changeFollowed(
      ...([mover, request, caller] as const),
      {
        decide: decideBy(mover, wanted, caller),
        answer: ({ entries, revision, changes }: DecidedFile, { position, principal }) => ({
          ...{ position, revision, entries: entries.length },
          changes: {
            ...changes,
            eventTypes: changes.eventTypes.map((each) => definedBy(principal, each)),
            fates: changes.fates.map((each) => definedBy(principal, each)),
          },
        }),
      },
      asSeenAt(unchanged),
      guard,
    ),
  );
}

/** What it would do; refused as it would be. */
export async function foreseeCatalogue(
  mover: CatalogueMover,
  wanted: CatalogueFile,
  caller: Caller,
  unchanged: Unchanged<number> | undefined,
): Promise<Outcome<ForeseenCatalogue>> {
  const foreseen = await foreseeIn(mover, decideBy(mover, wanted, caller), asSeenAt(unchanged), caller);
  if (!foreseen.ok) return foreseen;
  const { decided, ...beside } = foreseen.value;
  return done({ ...decided, entries: decided.entries.length, ...beside });
}

function decideBy({ now }: CatalogueMover, wanted: CatalogueFile, { principal: by }: Caller) {
  const command: ReplaceCatalogue = { kind: 'ReplaceCatalogue', wanted, by, now: now() };
  return async (catalogue: Catalogue): Promise<Outcome<DecidedFile>> => {
    const planned = outcomeOf(await inTurns(planCatalogue(command, catalogue)));
    if (!planned.ok) return planned;
    const { entries, after } = planned.value;
    const count = countChanged(entries);
    if (count > MAX_FILE_CHANGES) return tooMany(count);
    return done({ entries, revision: after.revision, changes: changesOf(entries, catalogue, after) });
  };
}

/** What a file defines is known by the principal of its entry's envelope, which the decision does not have. */
function definedBy<T extends EventType | Fate>(principal: string | null, change: ItemChange<T>): ItemChange<T> {
  return change.change === 'defined' ? { ...change, after: { ...change.after, principal } } : change;
}

function tooMany(count: number): Outcome<never> {
  const detail = `the file changes ${count} event types and fates, at most ${MAX_FILE_CHANGES} are changed at once: take it in smaller steps`;
  return failed({ code: 'validation-failed', detail, errors: [{ path: '', code: 'invalid', message: detail }] });
}

function asSeenAt(unchanged: Unchanged<number> | undefined): Condition {
  return ({ revision }) => (unchanged?.(revision) === false ? changedMeanwhile('the catalogue') : undefined);
}
