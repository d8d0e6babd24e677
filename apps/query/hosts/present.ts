/** A host as a list shows it, and all about one. */
import { presentLabor, presentParked, presentQuest, type HostDossier, type HostView } from '#application';
import { mapInTurns, presentNext, type DossierBody, type EventDocument, type HostBody } from '#contracts';
import { presentEvent } from '../events/present.js';

/** `open`: how many labors are. */
export function presentHost(row: HostView): HostBody {
  const { host, openLabors, parked } = row;
  return { host, open: openLabors, ...presentSince(row), ...presentAbout(row), ...presentParked(parked) };
}

/** What only a host of the past lacks, or has. */
function presentSince(host: HostView | HostDossier): Pick<HostBody, 'updatedAt' | 'incomplete'> {
  const { updatedAt, incomplete } = host;
  return { ...(updatedAt === null ? {} : { updatedAt }), ...(incomplete === true ? { incomplete } : {}) };
}

type About = 'attributes' | 'retired' | 'inventories' | 'lastEvent';

function presentAbout({ attributes, retired, inventories, lastEvent }: Pick<HostView, About>): Pick<HostBody, About> {
  return {
    attributes,
    retired,
    inventories,
    lastEvent: lastEvent && { ...lastEvent, position: String(lastEvent.position) },
  };
}

/** Its open labors, of which there may be a thousand, and what closes them are shown in turns with other requests. */
export async function presentDossier(dossier: HostDossier): Promise<DossierBody> {
  return {
    host: dossier.host,
    aliases: dossier.aliases,
    ...presentSince(dossier),
    ...presentAbout(dossier),
    ...presentParked(dossier.parked),
    ...(dossier.behind ? { behind: true } : {}),
    openLabors: await mapInTurns(dossier.openLabors, presentLabor),
    next: await mapInTurns(dossier.next, presentNext),
    lastStates: dossier.lastByCategory.map(presentLastState),
    newestEvents: dossier.newestEvents.map(presentEvent),
    quests: dossier.quests.map(presentQuest),
  };
}

function presentLastState({ category, state, at, id }: EventDocument): DossierBody['lastStates'][number] {
  return { category, state, at, event: id };
}
