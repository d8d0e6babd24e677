/** Labors as a list, also as the whole of it: rule 12 without nesting. */
import type { LaborView } from '#application';
import { laborPage, type LaborBody } from '#contracts';
import type { ListShape } from '#platform';
import { presentLabor } from './present.js';

export const laborList: ListShape<LaborView, LaborBody> = {
  name: 'labors',
  page: laborPage,
  present: presentLabor,
  instants: ['openedAt', 'openedRecordedAt', 'closedAt', 'closedRecordedAt', 'ackAt', 'lastSeen'],
  columns: {
    id: ({ labor }) => labor.id,
    host: ({ labor }) => labor.host,
    type: ({ labor }) => labor.type,
    state: ({ labor }) => labor.state,
    quest: ({ labor }) => labor.quest,
    chain: ({ labor }) => labor.chain,
    openedEvent: ({ labor }) => labor.opened.event,
    openedAt: ({ labor }) => labor.opened.at,
    openedRecordedAt: ({ labor }) => labor.opened.recordedAt,
    openedBy: ({ labor }) => labor.opened.by,
    openedPrincipal: ({ labor }) => labor.opened.principal,
    openedNote: ({ labor }) => labor.opened.note,
    openedFate: ({ labor }) => labor.opened.fate,
    openedCatalogueRevision: ({ labor }) => labor.opened.catalogueRevision,
    closedEvent: ({ labor }) => labor.closed?.event ?? null,
    closedType: ({ labor }) => labor.closed?.type ?? null,
    closedAt: ({ labor }) => labor.closed?.at ?? null,
    closedRecordedAt: ({ labor }) => labor.closed?.recordedAt ?? null,
    closedBy: ({ labor }) => labor.closed?.by ?? null,
    closedPrincipal: ({ labor }) => labor.closed?.principal ?? null,
    closedNote: ({ labor }) => labor.closed?.note ?? null,
    closedFate: ({ labor }) => labor.closed?.fate ?? null,
    closedCatalogueRevision: ({ labor }) => labor.closed?.catalogueRevision ?? null,
    ackBy: ({ labor }) => labor.ack?.by ?? null,
    ackPrincipal: ({ labor }) => labor.ack?.principal ?? null,
    ackAt: ({ labor }) => labor.ack?.at ?? null,
    ackNote: ({ labor }) => labor.ack?.note ?? null,
    assignee: ({ labor }) => labor.assignee,
    actors: ({ labor }) => labor.actors.join(' '),
    occurrences: ({ labor }) => labor.occurrences,
    lastSeen: ({ labor }) => labor.lastSeen,
    stranded: ({ stranded }) => stranded,
    overflow: ({ labor }) => labor.overflow,
    parked: ({ parked }) => parked,
  },
};
