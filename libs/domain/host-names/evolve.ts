/** Applies an entry to the names. Total: what does not fit (a name that another host has, a host that is an alias) does nothing. */
import { NamesDraft } from './draft.js';
import type { NamesEntry } from './entries.js';
import type { HostNames } from './state.js';

export function evolveNames(names: HostNames, entry: NamesEntry): HostNames {
  return foldNames(names, [entry]);
}

/** As {@link evolveNames} one by one, but what changes is copied once. */
export function foldNames(names: HostNames, entries: Iterable<NamesEntry>): HostNames {
  const draft = new NamesDraft(names);
  for (const entry of entries) {
    draft.revision += 1;
    applyToNames(draft, entry);
  }
  return draft.names;
}

export function applyToNames(draft: NamesDraft, entry: NamesEntry): void {
  switch (entry.kind) {
    case 'HostAliased': {
      const { host, names } = entry;
      for (const name of names) {
        const { aliases, byHost } = draft.names;
        if (name !== host && !aliases.has(host) && !aliases.has(name) && !byHost.has(name)) draft.add(host, name);
      }
      break;
    }
    case 'HostAliasesRemoved': {
      const { host, names } = entry;
      for (const name of names) if (draft.names.aliases.get(name) === host) draft.remove(host, name);
      break;
    }
    case 'NameRulesSet': {
      const { cut, domain } = entry;
      draft.rules = { cut, domain };
    }
  }
}
