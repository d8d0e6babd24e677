/** Where a process keeps its data, in words, for the operator. */
import type { Settings } from '../settings/settings.js';
import { usesDataFolder } from './embedded-files.js';

const NAMES = { eventstore: 'EventStoreDB', kafka: 'Kafka', mongo: 'MongoDB' } as const;

/** "keeps its data in /data", "works with EventStoreDB, Kafka and MongoDB", or both. */
export function whereData(settings: Settings): string {
  const { app } = settings;
  const remote = app.opens.flatMap((port) => {
    const chosen = settings[port];
    return chosen === 'eventstore' || chosen === 'kafka' || chosen === 'mongo' ? [NAMES[chosen]] : [];
  });
  const parts = [
    ...(usesDataFolder(settings) ? [`keeps its data in ${settings.dataDir}`] : []),
    ...(remote.length > 0 ? [`works with ${listed(remote)}`] : []),
  ];
  return parts.join(' and ');
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
