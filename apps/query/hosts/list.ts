/** Hosts as a list, also as the whole of it. */
import { hostPage, type HostBody } from '#contracts';
import type { ListShape } from '#platform';
import type { HostRow } from '#ports';
import { parkedColumns } from '../parked.js';
import { presentHost } from './present.js';

export const hostList: ListShape<HostRow, HostBody> = {
  name: 'hosts',
  page: hostPage,
  present: presentHost,
  instants: ['updatedAt', 'parkedSince'],
  columns: {
    host: ({ host }) => host,
    open: ({ openLabors }) => openLabors,
    updatedAt: ({ updatedAt }) => updatedAt,
    ...parkedColumns,
  },
};
