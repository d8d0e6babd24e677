/** Hosts as a list, also as the whole of it: attributes are one cell of JSON. */
import type { HostView } from '#application';
import { hostPage, type HostBody } from '#contracts';
import { formulaFreeJson, type ListShape } from '#platform';
import { parkedColumns } from '../parked.js';
import { presentHost } from './present.js';

export const hostList: ListShape<HostView, HostBody> = {
  name: 'hosts',
  page: hostPage,
  present: presentHost,
  instants: ['updatedAt', 'retiredAt', 'lastEventAt', 'lastEventRecordedAt', 'parkedSince'],
  columns: {
    host: ({ host }) => host,
    open: ({ openLabors }) => openLabors,
    updatedAt: ({ updatedAt }) => updatedAt,
    attributes: ({ attributes }) => formulaFreeJson(attributes),
    retiredBy: ({ retired }) => retired?.by ?? null,
    retiredPrincipal: ({ retired }) => retired?.principal ?? null,
    retiredAt: ({ retired }) => retired?.at ?? null,
    retiredReason: ({ retired }) => retired?.reason ?? null,
    inventories: ({ inventories }) => inventories.join(' '),
    lastEvent: ({ lastEvent }) => lastEvent?.event ?? null,
    lastEventType: ({ lastEvent }) => lastEvent?.type ?? null,
    lastEventAt: ({ lastEvent }) => lastEvent?.at ?? null,
    lastEventRecordedAt: ({ lastEvent }) => lastEvent?.recordedAt ?? null,
    lastEventPosition: ({ lastEvent }) => lastEvent?.position ?? null,
    ...parkedColumns,
    incomplete: ({ incomplete = false }) => incomplete,
  },
};
