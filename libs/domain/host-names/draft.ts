/** Names while entries are applied to them: what changes is copied once, however many entries there are. */
import type { HostName } from '../names.js';
import type { HostNames, NameRules } from './state.js';

export class NamesDraft {
  revision: number;
  rules: NameRules;
  private aliases: ReadonlyMap<HostName, HostName>;
  private byHost: ReadonlyMap<HostName, readonly HostName[]>;
  private copied:
    { readonly aliases: Map<HostName, HostName>; readonly byHost: Map<HostName, readonly HostName[]> } | undefined;

  constructor({ revision, aliases, byHost, rules }: HostNames) {
    this.revision = revision;
    this.rules = rules;
    this.aliases = aliases;
    this.byHost = byHost;
  }

  /** As it stands; not to be kept while the draft changes. */
  get names(): HostNames {
    const { revision, aliases, byHost, rules } = this;
    return { revision, aliases, byHost, rules };
  }

  add(host: HostName, name: HostName): void {
    const { aliases, byHost } = this.writable();
    aliases.set(name, host);
    byHost.set(host, [...(byHost.get(host) ?? []), name]);
  }

  remove(host: HostName, name: HostName): void {
    const { aliases, byHost } = this.writable();
    aliases.delete(name);
    const left = (byHost.get(host) ?? []).filter((each) => each !== name);
    if (left.length === 0) byHost.delete(host);
    else byHost.set(host, left);
  }

  private writable(): NonNullable<NamesDraft['copied']> {
    if (this.copied === undefined) {
      this.copied = { aliases: new Map(this.aliases), byHost: new Map(this.byHost) };
      ({ aliases: this.aliases, byHost: this.byHost } = this.copied);
    }
    return this.copied;
  }
}
