/** What specs need of the domain: histories by hand and at random, what the fold makes of them, and what a simple model does. */
export { ModelNames } from './model-names.js';
export { catalogues, crowdedHistories, histories } from './arbitraries.js';
export { checkedPlays } from './checked-plays.js';
export { foldOf, Fold } from './fold.js';
export type { Derived, History, HistoryStep, PlainEvent, PlainHost, PlainLabor, PlainPart } from './history.js';
export { Model, modelOf } from './model.js';
export { Play } from './play.js';
export { timesOf } from './times-of.js';
