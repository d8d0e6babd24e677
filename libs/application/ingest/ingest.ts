/** What ingest can be asked for: every change of the journal that a client may cause. `createIngest` makes it. */
import type { CatalogueUseCases } from './use-cases/catalogue.js';
import type { EventUseCases } from './use-cases/events.js';
import type { HostUseCases } from './use-cases/hosts.js';
import type { LaborUseCases } from './use-cases/labors.js';
import type { NameUseCases } from './use-cases/names.js';
import type { OperationUseCases } from './use-cases/operations.js';
import type { QuestUseCases } from './use-cases/quests.js';

export * from './use-cases/caller.js';
export * from './use-cases/catalogue.js';
export * from './use-cases/events.js';
export * from './use-cases/hosts.js';
export * from './use-cases/labors.js';
export * from './use-cases/names.js';
export * from './use-cases/operations.js';
export * from './use-cases/quests.js';

/**
 * Use cases that write. Expected refusals are outcomes; paths of their faults lead into the arguments (`[2].creates`).
 * Where a store is away they answer `store-unavailable` or, when it is not known what was stored, `outcome-unknown`;
 * a StoreUnavailable may also be thrown. Nothing that was answered as done is ever lost.
 */
export interface Ingest
  extends
    CatalogueUseCases,
    EventUseCases,
    QuestUseCases,
    LaborUseCases,
    HostUseCases,
    NameUseCases,
    OperationUseCases {
  /** Refuses new work, lets the work in flight come to its end (an embarking quest resumes at the next start). */
  close(): Promise<void>;
}
