/**
 * The moment that a read shows: the present, or one of the past (R11). A question names it by a place or by an instant; it is
 * found once, and an answer says which place it was, so that later pages are of the same one.
 */
import {
  CLOCKS_APART_MS,
  done,
  failed,
  maxPosition,
  minPosition,
  type AsOf,
  type Outcome,
  type Position,
} from '#contracts';
import { msOfInstant, type Catalogue, type HostNames, type Instant } from '#domain';
import type { ViewsReader } from '#ports';
import { instantAt } from '../clock.js';
import type { NamesSource } from './own-names.js';
import type { AskedMoment, FreshnessDemand } from './reading.js';
import type { Seen } from './seen.js';

/** What is read as of one moment. */
export interface Moment extends NamesSource {
  readonly generation: number;
  /** Null at present. */
  readonly asOf: AsOf | null;
  /** The clock's present, or the instant of then. */
  readonly now: Instant;
  readonly catalogues: { read(generation: number): Promise<Catalogue> };
  readonly names: { read(generation: number): Promise<HostNames> };
}

/** The demand with the place that the views must have reached: the one asked for is waited for as if it had been seen. */
export function demandOf(demand: FreshnessDemand): FreshnessDemand {
  const { asOf, minPosition: least } = demand;
  const place = asOf?.position;
  if (place === undefined) return demand;
  return { ...demand, minPosition: least === undefined ? place : maxPosition(least, place) };
}

/**
 * The moment in views that have reached `seen`. An instant after which nothing was recorded yet is the place up to which the
 * views are: entries that were recorded before it may still come. `validation-failed` for one that lies ahead.
 */
export async function momentAsked(
  views: Pick<ViewsReader, 'placeBefore' | 'instantAt'>,
  asked: AskedMoment,
  { position: reached }: Pick<Seen, 'position'>,
  nowMs: number,
): Promise<Outcome<AsOf>> {
  if (!('instant' in asked)) {
    const now = await views.instantAt(asked.position);
    return done({ position: asked.position, now: now ?? BEFORE_ALL });
  }
  const { instant, position } = asked;
  if (msOfInstant(instant) > nowMs + CLOCKS_APART_MS) return failed(ahead(instant));
  return done({ position: position ?? (await placeIn(views, instant, reached)), now: instant });
}

/** Before every entry there is nothing that a clock says anything about. */
const BEFORE_ALL = instantAt(0);

async function placeIn(views: Pick<ViewsReader, 'placeBefore'>, instant: Instant, reached: Position) {
  return minPosition(await views.placeBefore(instant), reached);
}

function ahead(instant: Instant) {
  const message = `${instant} lies ahead: nothing is known as of it`;
  return {
    code: 'validation-failed' as const,
    detail: 'the moment that is asked for is still to come',
    errors: [{ path: 'asOf', code: 'invalid' as const, message }],
  };
}
