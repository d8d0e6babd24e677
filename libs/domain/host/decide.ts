/** From a command on a labor to its entry. Nothing is refused here: what it does, the fold says at its place (rule 13). */
import type { HostName } from '../names.js';
import type { LaborCommand } from './commands.js';
import type { LaborCommandLogged } from './entries.js';

/** The entry to journal in the stream of `host`, the labor's. */
export function laborEntry(command: LaborCommand, host: HostName): LaborCommandLogged {
  const { labor, by, now: recordedAt } = command;
  switch (command.kind) {
    case 'AcknowledgeLabor':
      return { kind: 'LaborAcknowledged', host, labor, by, note: command.note, recordedAt };
    case 'AssignLabor':
      return { kind: 'LaborAssigned', host, labor, by, to: command.to, recordedAt };
    case 'WaiveLabor':
      return { kind: 'LaborWaived', host, labor, by, reason: command.reason, recordedAt };
  }
}
