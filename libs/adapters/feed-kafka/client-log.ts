/** The driver's words in our log: it calls ERROR what belongs to normal running, and repeats itself while a broker is away. */
import type { LogEntry } from 'kafkajs';
import type { KafkaLog } from './options.js';

/** What a rebalance, a start or a check brings about; what matters of it is told by those who act on it. */
const EXPECTED = [
  'rebalanc',
  'REBALANCE',
  'The coordinator is loading',
  'The group coordinator is not available',
  'This is not the correct coordinator',
  'The coordinator is not aware of this member',
  'Specified group generation id is not valid',
  'not the leader for that topic-partition',
  'There is no leader for this topic-partition',
  'already exists',
  'The replica is not available',
];
/** The same text is told once in so long. */
const REPEAT_AFTER_MS = 10_000;
/** Most texts that are remembered for it. */
const MOST_REMEMBERED = 100;

/** For kafkajs' `logCreator`. Only texts and addresses are passed on: what else it attaches may hold anything. */
export function createLogCreator(log: KafkaLog, nowMs: () => number = () => performance.now()) {
  const told = new Map<string, { atMs: number; suppressed: number }>();
  return () =>
    ({ namespace, log: entry }: LogEntry): void => {
      const text = typeof entry['error'] === 'string' ? `${entry.message}: ${entry['error']}` : entry.message;
      if (EXPECTED.some((part) => text.includes(part))) return;
      const last = told.get(text);
      if (last !== undefined && nowMs() - last.atMs < REPEAT_AFTER_MS) {
        last.suppressed += 1;
        return;
      }
      if (told.size >= MOST_REMEMBERED) told.clear();
      told.set(text, { atMs: nowMs(), suppressed: 0 });
      log.warn(`kafkajs: ${text}`, {
        ...fieldsOf(entry),
        ...(namespace === '' ? {} : { part: namespace }),
        ...(last === undefined || last.suppressed === 0 ? {} : { repeated: last.suppressed }),
      });
    };
}

function fieldsOf(entry: LogEntry['log']): object {
  const fields: Record<string, unknown> = {};
  for (const name of ['broker', 'groupId', 'topic', 'partition']) {
    const value: unknown = entry[name];
    if (typeof value === 'string' || typeof value === 'number') fields[name] = value;
  }
  return fields;
}
