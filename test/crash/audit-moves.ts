/** Rule 10 in a journal: what is retired was in force, what is restored was retired, and no quest embarked meanwhile. */
import { foldCatalogue, emptyCatalogue, isStarting, typesToGuard, type Catalogue, type CatalogueEntry } from '#domain';
import type { AuditedEntry, CrashHistory } from './history.js';

/** From where to where a batch embarked. */
interface Embarking {
  readonly quest: number;
  readonly type: string;
  readonly from: bigint;
  to: bigint | undefined;
  /** Whether hosts were added by it: those may come when no fate starts the type any more. */
  readonly isAdded: boolean;
}

export function auditMoves(history: CrashHistory): readonly string[] {
  const embarkings = embarkingsOf(history);
  const faults: string[] = [];
  let catalogue: Catalogue = emptyCatalogue;
  for (const { entry, position } of history.catalogue) {
    const before = catalogue;
    catalogue = foldCatalogue(before, [entry]);
    const status = statusOf(entry, before);
    if (status === 'wrong') faults.push(`${entry.kind} of ${entry.id} at ${position} is of what is so already`);
    for (const type of typesToGuard([entry], before, catalogue)) {
      const under = embarkings.filter(
        (each) => each.type === type && each.from < position && (each.to === undefined || each.to > position),
      );
      faults.push(...under.map(({ quest }) => `${entry.kind} of ${entry.id} at ${position}: quest ${quest} embarked`));
    }
  }
  for (const { quest, type, from, isAdded } of history.catalogue.length === 0 ? [] : embarkings) {
    if (!isAdded && !isStarting(catalogueAt(history.catalogue, from), type as never))
      faults.push(`quest ${quest} accepted hosts at ${from}, when nothing started ${type}`);
  }
  return faults;
}

function statusOf(entry: CatalogueEntry, { types, fates }: Catalogue): 'right' | 'wrong' {
  switch (entry.kind) {
    case 'FateRetired':
      return fates.get(entry.id)?.status === 'in-force' ? 'right' : 'wrong';
    case 'FateRestored':
      return fates.get(entry.id)?.status === 'retired' ? 'right' : 'wrong';
    case 'EventTypeRetired':
    case 'EventTypeRestored': {
      const type = [...types.values()].find(({ id }) => id === entry.id);
      return type?.status === (entry.kind === 'EventTypeRetired' ? 'in-force' : 'retired') ? 'right' : 'wrong';
    }
    default:
      return 'right';
  }
}

function catalogueAt(entries: readonly AuditedEntry<CatalogueEntry>[], position: bigint): Catalogue {
  return foldCatalogue(
    emptyCatalogue,
    entries.filter((each) => each.position < position).map(({ entry }) => entry),
  );
}

function embarkingsOf({ quests }: CrashHistory): readonly Embarking[] {
  const found = new Map<string, Embarking>();
  for (const [quest, placed] of quests) {
    const draft = placed.find(({ entry }) => entry.kind === 'QuestDrafted')?.entry;
    if (draft?.kind !== 'QuestDrafted') continue;
    const first = placed.find(({ entry }) => entry.kind === 'QuestHostsAccepted')?.entry;
    for (const { entry, position } of placed) {
      const isAdded = entry !== first;
      // a claim asks for no fate
      if (entry.kind === 'QuestHostsAccepted' && entry.claim === undefined)
        found.set(entry.batch, { quest, type: draft.type, from: position, to: undefined, isAdded });
      const embarking = entry.kind === 'QuestHostsEmbarked' ? found.get(entry.batch) : undefined;
      if (embarking !== undefined) embarking.to ??= position;
      if (entry.kind === 'QuestAbandoned')
        for (const each of found.values()) if (each.quest === quest) each.to ??= position;
    }
  }
  return [...found.values()];
}
