/** Everything of the catalogue that others may use. */
export * from './ids.js';
export * from './entries.js';
export * from './commands.js';
export * from './state.js';
export { decideEventTypes, type CatalogueDecision, type CatalogueItem } from './decide.js';
export { decideFates } from './decide-fates.js';
export { decideFateMove, decideTypeMove, typesToGuard } from './decide-moves.js';
export { changesOf, countChanged, type CatalogueChanges, type ItemChange } from './changes.js';
export { catalogueFile } from './file.js';
export { planCatalogue, type CataloguePlan } from './plan.js';
export { MAX_EVENT_TYPES, MAX_FATES } from './limits.js';
export { laborEffects, type LaborEffect } from './effects.js';
export { evolveCatalogue, foldCatalogue } from './evolve.js';
export { fateGraph, type FateGraph, type Flow, type GraphNode } from './graph.js';
export { completionsOf, isStarting, isStranded, rulesOf, strandedTypes } from './rules.js';
export type { Closing, Completion, Opening, TypeRules } from './rules.js';
export { judgesOtherwise, suppose, supposedCatalogue, type SupposedFates, type Supposition } from './what-if.js';
export { findEventType, findFate, isFateName, parseFateReference } from './resolve.js';
