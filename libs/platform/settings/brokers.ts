/** The brokers of Kafka, as one variable lists them. */
import type { Variable } from './variable.js';

const BROKER = /^(?:[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\]):(\d{1,5})$/i;
const MOST_BROKERS = 100;

export function brokers([name, about]: readonly [Variable<unknown>['name'], string]): Variable<readonly string[]> {
  return {
    name,
    about,
    expects: 'host:port, several with commas between them',
    fallback: Object.freeze([]),
    readBy: ['kafka'],
    needed: true,
    parse(text) {
      const all = text.split(',').map((part) => part.trim());
      return all.length <= MOST_BROKERS && all.every(isBroker) ? Object.freeze(all) : undefined;
    },
  };
}

function isBroker(text: string): boolean {
  const port = Number(BROKER.exec(text)?.[1] ?? 0);
  return port >= 1 && port <= 65_535;
}
