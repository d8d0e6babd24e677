/** The rules by which names that nobody listed are hosts' own (rule 23). No host in use loses its name by them. */
import { done, failed, type Outcome } from '#contracts';
import { decideNameRules, foldNames, type NameRules } from '#domain';
import { changeFollowed } from '../deciding/change-followed.js';
import type { IngestRequest } from '../deciding/request.js';
import type { Caller, NameRulesWritten, Unchanged } from '../ingest.js';
import { changedMeanwhile, problemOfRefusals } from '../problems.js';
import type { NamesWriter } from './alias-hosts.js';
import { hostsRenamed } from './names-in-use.js';

/** Hosts that a refusal names. */
const MAX_NAMED = 10;

export async function setNameRules(
  writer: NamesWriter,
  rules: NameRules,
  by: string | null,
  caller: Caller,
  request: IngestRequest,
  unchanged?: Unchanged<NameRules>,
): Promise<Outcome<NameRulesWritten>> {
  const command = { kind: 'SetNameRules', ...rules, by: by ?? caller.principal, now: writer.now() } as const;
  return changeFollowed(
    writer,
    request,
    caller,
    {
      decide: (names) => {
        const decision = decideNameRules(command, names);
        return decision.ok ? done({ entries: decision.value }) : failed(problemOfRefusals(decision.refusals));
      },
      answer: ({ entries }, { position }) => ({ position, changed: entries.length > 0, rules }),
    },
    (names) => (unchanged?.(names.rules) === false ? changedMeanwhile('the rules of names') : undefined),
    async (entries, names) => {
      const renamed = await hostsRenamed(writer, names, foldNames(names, entries), caller);
      if (!renamed.ok) return renamed.problem;
      if (renamed.value.length === 0) return undefined;
      const named = renamed.value.slice(0, MAX_NAMED).join(', ');
      const count = renamed.value.length;
      const which = count > MAX_NAMED ? `${count} or more hosts, ${named} among them,` : named;
      const detail = `${which} would be called otherwise, and what is open there would be under a name that nobody can use: retire them first, or give each the other name as an alias, then it keeps its own`;
      return { code: 'host-in-use', detail };
    },
  );
}
