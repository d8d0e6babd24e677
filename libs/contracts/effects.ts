/** What an event did, as answers say it. */
import type { LaborId } from '#domain';

/**
 * `pending`: the event is not judged yet in the views that are served; `parked`: nor will it be while its host is parked (P4);
 * `omitted`: other events of the question did very much.
 */
export type Effects = KnownEffects | { readonly state: 'pending' | 'parked' | 'omitted' };

/** Each list in the order in which its labors opened. */
export interface KnownEffects {
  readonly state: 'known';
  readonly opened: readonly LaborId[];
  readonly closed: readonly LaborId[];
  /** On which it was counted (rule 6). */
  readonly absorbed: readonly LaborId[];
  /** Labors that may have counted it: they keep no places of their earlier events any more. */
  readonly perhapsAbsorbed: readonly LaborId[];
}
