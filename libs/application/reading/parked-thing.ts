/** A parked host has entries that nobody could judge yet (P4): what they log or open is not in the views, and exists. */
import { inMessage, type Problem } from '#contracts';
import type { HostName, Revision } from '#domain';
import type { ViewsReader } from '#ports';

/**
 * `host-parked` where a thing that the views lack may be among those entries of its host; undefined where there is no such
 * thing. `revision`: that of the event which made it. `text`: its id, as the client wrote it.
 */
export async function parkedThing(
  views: Pick<ViewsReader, 'host'>,
  generation: number,
  { host, revision }: { readonly host: HostName; readonly revision: Revision },
  text: string,
): Promise<Problem | undefined> {
  const parked = (await views.host(generation, host))?.parked ?? null;
  if (parked === null || revision < parked.revision) return undefined;
  return { code: 'host-parked', detail: hostParked(host, parked.revision, inMessage(text)) };
}

/** The sentence of `host-parked`; `thing` as it is quoted. */
export function hostParked(host: HostName, from: Revision, thing: string): string {
  return `${thing} is not known: the host ${host} is parked, its entries from ${from} on are not judged yet; GET /hosts/${host} says why, and releasing the host judges them`;
}
