/** Commands on the catalogue: decided on its latest state, written at the revision decided upon, decided again on a conflict. */
import { CATALOGUE_STREAM, done, encodeEntry, failed, START, type Outcome, type Uuid } from '#contracts';
import type { Catalogue, CatalogueEntry, Decision } from '#domain';
import type { Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../pauses.js';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { writeExactly } from './appending/exact-write.js';
import type { CatalogueChange, Defined } from './ingest.js';
import { problemOfFailure, problemOfRefusals, reasonOf } from './problems.js';
import type { KeyedRequest } from './requests/keyed-requests.js';
import type { Turns } from './turns.js';

export interface CatalogueWriter {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly turns: Turns;
  readonly newId: () => Uuid;
}

/** What deciding gives: nothing to write where all is in force already. */
export interface Change<T> {
  readonly entries: readonly CatalogueEntry[];
  readonly items: readonly Defined<T>[];
}

const MAX_DECISIONS = 10;
const PAUSES: Pauses = { firstMs: 5, longestMs: 200 };

/** All or none: one write. `trace` is that of the request; `request` the one with a key, where it has one. */
export function changeCatalogue<T>(
  writer: CatalogueWriter,
  trace: string | undefined,
  decide: (catalogue: Catalogue) => Decision<Change<T>>,
  request?: KeyedRequest,
): Promise<Outcome<CatalogueChange<T>>> {
  return writer.turns.take(CATALOGUE_STREAM, () => decideAndWrite(writer, trace, decide, request));
}

async function decideAndWrite<T>(
  { journal, timeline, newId }: CatalogueWriter,
  trace: string | undefined,
  decide: (catalogue: Catalogue) => Decision<Change<T>>,
  request: KeyedRequest | undefined,
): Promise<Outcome<CatalogueChange<T>>> {
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const { catalogue, position } = await timeline.refresh();
    const before = request && changedBefore(timeline, request, decide);
    if (before !== undefined) return done(before);
    const decision = decide(catalogue);
    if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
    const { entries, items } = decision.value;
    if (entries.length === 0) return done({ position: position === START ? undefined : position, items });
    const outcome = await writeExactly(
      journal,
      CATALOGUE_STREAM,
      catalogue.revision - 1,
      entries.map((entry, index) => encodeEntry(entry, request === undefined ? newId() : idOf(request, index), trace)),
    );
    if (outcome.kind === 'stored') {
      // this process must not go by the old catalogue; where the read fails, the next refusal or command reads again
      await timeline.refresh().catch(reasonOf);
      return done({ position: outcome.position, items });
    }
    if (outcome.kind !== 'conflict') return failed(problemOfFailure(outcome));
    await sleep(pauseMs(nth, PAUSES));
  }
  return failed(problemOfFailure({ kind: 'unavailable', reason: 'others keep changing the catalogue' }));
}

/** What another try of the request has changed: decided again upon what stood before it, as that try did. */
function changedBefore<T>(
  timeline: CatalogueTimeline,
  request: KeyedRequest,
  decide: (catalogue: Catalogue) => Decision<Change<T>>,
): CatalogueChange<T> | undefined {
  const first = timeline.positionOf(idOf(request, 0));
  if (first === undefined) return undefined;
  const decision = decide(timeline.loadedAsOf(first));
  if (!decision.ok) throw new Error('what was decided upon the catalogue before is refused now');
  const { entries, items } = decision.value;
  return { position: timeline.positionOf(idOf(request, entries.length - 1)) ?? first, items };
}

function idOf(request: KeyedRequest, index: number): Uuid {
  return request.uuid(`catalogue ${index}`);
}
