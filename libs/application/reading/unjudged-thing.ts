/** A host that is parked or behind has entries that are not judged yet (P4, P9): what they log or open is not in the views, and exists. */
import { inMessage, type Problem } from '#contracts';
import type { HostName, Revision } from '#domain';
import type { ViewsReader } from '#ports';

/**
 * `host-parked`, or `not-caught-up` of a host that is behind, where a thing that the views lack may be among those entries of
 * its host; undefined where there is no such thing. `revision`: that of the event which made it. `text`: its id, as the client wrote it.
 */
export async function unjudgedThing(
  views: Pick<ViewsReader, 'host'>,
  generation: number,
  { host, revision }: { readonly host: HostName; readonly revision: Revision },
  text: string,
): Promise<Problem | undefined> {
  const { parked = null, behind = null, state } = (await views.host(generation, host)) ?? {};
  if (behind !== null && state !== undefined && revision > state.revision) {
    const detail = `${inMessage(text)} is not known yet: the host ${host} is behind, and its later entries are being judged; try again shortly`;
    return { code: 'not-caught-up', detail, retryAfterS: RETRY_S };
  }
  if (parked === null || revision < parked.revision) return undefined;
  return { code: 'host-parked', detail: hostParked(host, parked.revision, inMessage(text)) };
}

/** Seconds after which a thing of a host that is behind is worth another try. */
const RETRY_S = 1;

/** The sentence of `host-parked`; `thing` as it is quoted. */
export function hostParked(host: HostName, from: Revision, thing: string): string {
  return `${thing} is not known: the host ${host} is parked, its entries from ${from} on are not judged yet; GET /hosts/${host} says why, and releasing the host judges them`;
}
