/** What specs of projection need: a views writer that breaks, and views in the form that is compared. */
export { canonicalText, canonicalViews, type CanonicalViews } from './canonical.js';
export { faultyViews, type ViewsFaults } from './faulty-views.js';
export * from './following.js';
