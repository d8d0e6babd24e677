/** Hosts as a list, also as the whole of it. */
import type { ListShape } from '#platform';
import type { HostRow } from '#ports';
import { parkedColumns } from '../parked.js';
import { presentHost } from './present.js';

export const hostList: ListShape<HostRow> = {
  name: 'hosts',
  present: presentHost,
  columns: {
    host: ({ host }) => host,
    open: ({ openLabors }) => openLabors,
    updatedAt: ({ updatedAt }) => updatedAt,
    ...parkedColumns,
  },
};
