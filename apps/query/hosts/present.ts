/** A host as a list shows it, and all about one. */
import { presentLabor, presentParked, presentQuest, type HostDossier } from '#application';
import { mapInTurns, presentNext, type DossierBody, type EventDocument, type HostBody } from '#contracts';
import type { HostRow } from '#ports';
import { presentEvent } from '../events/present.js';

/** `open`: how many labors are. */
export function presentHost(row: HostRow): HostBody {
  const { host, openLabors, updatedAt, parked } = row;
  return { host, open: openLabors, updatedAt, ...presentAbout(row), ...presentParked(parked) };
}

type About = 'attributes' | 'retired' | 'inventories' | 'lastEvent';

function presentAbout({ attributes, retired, inventories, lastEvent }: Pick<HostRow, About>): Pick<HostBody, About> {
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
    updatedAt: dossier.updatedAt,
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
