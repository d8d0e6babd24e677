/** The driver's lines in our log: it logs normal events as ERROR, and repeats itself while a broker is away. */
import type { LogEntry } from 'kafkajs';
import type { KafkaLog } from './options.js';

/** Lines that a rebalance, a start or a check brings about; the code that acts on them logs what matters. */
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
/** The same text is logged at most once in this time. */
const REPEAT_AFTER_MS = 10_000;
/** Most texts that are remembered for it. */
const MOST_REMEMBERED = 100;

/** For kafkajs' `logCreator`. Only texts and addresses are passed on: its other fields may hold anything. */
export function createLogCreator(log: KafkaLog, nowMs: () => number = () => performance.now()) {
  const lastLogged = new Map<string, { atMs: number; suppressed: number }>();
  return () =>
    ({ namespace, log: entry }: LogEntry): void => {
      const text = typeof entry['error'] === 'string' ? `${entry.message}: ${entry['error']}` : entry.message;
      if (EXPECTED.some((part) => text.includes(part))) return;
      const last = lastLogged.get(text);
      if (last !== undefined && nowMs() - last.atMs < REPEAT_AFTER_MS) {
        last.suppressed += 1;
        return;
      }
      if (lastLogged.size >= MOST_REMEMBERED) lastLogged.clear();
      lastLogged.set(text, { atMs: nowMs(), suppressed: 0 });
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
