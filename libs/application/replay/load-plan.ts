/**
 * What is fixed when the load of a generation begins: every attempt, by whichever process, judges and leaves out the same. It is
 * kept with the generation, as units without documents, and so are the attempts.
 */
import { parsePosition, type Position } from '#contracts';
import type { HostName } from '#domain';
import type { ViewsLoader } from '#ports';

export interface LoadPlan {
  /** Where the replay ends. */
  readonly end: Position;
  /** As of a bucket. */
  readonly apart: ReadonlySet<HostName>;
}

/** Attempts have ended again and again without anything loaded: the next one would, too. */
export class ReplayGivenUp extends Error {
  override readonly name = 'ReplayGivenUp';
}

const END = /^to (\d+)$/;
const APART = /^apart (\[.*\])$/;
const ATTEMPT = /^attempt (\d+) /;
/** Hosts that one unit names. */
const PIECE_HOSTS = 250;
/** Processes that may end, and attempts that may fail, one after the other, before a unit is loaded, or the indexes are made. */
const MOST_ATTEMPTS = 8;

const PROCESS: string = crypto.randomUUID();

/** Whether the unit is none of documents. */
export function isOfPlan(unit: string): boolean {
  return [END, APART, ATTEMPT].some((pattern) => pattern.test(unit));
}

/** The plan of a load that was begun; undefined where its last unit is not there. */
function planIn(units: readonly string[]): LoadPlan | undefined {
  let end: Position | undefined;
  const apart = new Set<HostName>();
  for (const unit of units) {
    end = parsePosition(END.exec(unit)?.[1] ?? '') ?? end;
    for (const host of JSON.parse(APART.exec(unit)?.[1] ?? '[]') as readonly HostName[]) apart.add(host);
  }
  return end && { end, apart };
}

/** The plan of the generation's load, `begun` where there is none. Rejects as the views do. */
export async function planOf(
  loader: ViewsLoader,
  generation: number,
  begun: () => Promise<LoadPlan>,
): Promise<LoadPlan> {
  const planned = planIn(await loader.loaded(generation));
  if (planned !== undefined) return planned;
  const { end, apart } = await begun();
  const hosts = [...apart];
  for (let at = 0; at < hosts.length; at += PIECE_HOSTS)
    await keep(loader, generation, `apart ${JSON.stringify(hosts.slice(at, at + PIECE_HOSTS))}`);
  // the last one: with it the plan is whole
  await keep(loader, generation, `to ${end}`);
  // a process that ended in the middle may have set more of them apart
  return planIn(await loader.loaded(generation)) ?? { end, apart };
}

/**
 * Notes that the process attempts the load. Throws a {@link ReplayGivenUp} where too many others have since the last unit, or it has
 * failed too often: each may have been ended for its memory, or its disk, and nobody could say so.
 */
export async function noteAttempt(loader: ViewsLoader, generation: number, process = PROCESS): Promise<void> {
  const { attempts, begun } = await attemptsAt(loader, generation);
  const own = `${begun}${process}`;
  // that it has begun before is no failure yet
  const others = attempts.filter((unit) => unit !== own);
  if (others.length >= MOST_ATTEMPTS)
    throw new ReplayGivenUp(`${others.length} attempts have ended while they loaded the same part of the views`);
  if (others.length === attempts.length) await keep(loader, generation, own);
}

/** Notes that an attempt of the process has failed, by an error that the next one may meet again. */
export async function noteFailure(loader: ViewsLoader, generation: number, process = PROCESS): Promise<void> {
  const { attempts, begun } = await attemptsAt(loader, generation);
  await keep(loader, generation, `${begun}${process} ${attempts.length}`);
}

/** Since the last unit. */
async function attemptsAt(
  loader: ViewsLoader,
  generation: number,
): Promise<{ readonly attempts: readonly string[]; readonly begun: string }> {
  const units = await loader.loaded(generation);
  const begun = `attempt ${units.filter((unit) => !isOfPlan(unit)).length} `;
  return { attempts: units.filter((unit) => unit.startsWith(begun)), begun };
}

async function keep(loader: ViewsLoader, generation: number, unit: string): Promise<void> {
  await loader.load(generation, unit, async () => undefined);
}
