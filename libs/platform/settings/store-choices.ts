/** The stores by their ports: the variable that chooses, and its choices. */

/** A port of the stores. */
export type StorePort = 'journal' | 'feed' | 'views';

/** For each port an embedded store, a remote one, and why the former serves one process only. */
export const STORES = {
  journal: {
    variable: 'HERMES_JOURNAL',
    embedded: 'sqlite',
    remote: 'eventstore',
    why: 'a file that one process holds',
  },
  feed: {
    variable: 'HERMES_FEED',
    embedded: 'inprocess',
    remote: 'kafka',
    why: 'which carries entries within one process only',
  },
  views: {
    variable: 'HERMES_VIEWS',
    embedded: 'sqlite',
    remote: 'mongo',
    why: 'a file that one process holds',
  },
} as const;

export type StoreChoice = (typeof STORES)[StorePort]['embedded' | 'remote'];

/** Both stores of a port. */
export function choicesOf(port: StorePort): readonly StoreChoice[] {
  return [STORES[port].embedded, STORES[port].remote];
}
