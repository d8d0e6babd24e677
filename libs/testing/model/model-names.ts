/** The model's names: a list of pairs, looked through from end to end, and the rules as rule 23 has them. */
import type { HostName, NamesEntry } from '#domain';

export class ModelNames {
  private aliases: { readonly name: string; readonly host: string }[] = [];
  private rules: { readonly cut: readonly string[]; readonly domain: string | null } = { cut: [], domain: null };

  apply(entry: NamesEntry): void {
    if (entry.kind === 'NameRulesSet') {
      this.rules = entry;
    } else if (entry.kind === 'HostAliasesRemoved') {
      this.aliases = this.aliases.filter(
        ({ name, host }) => host !== entry.host || !entry.names.includes(name as HostName),
      );
    } else {
      for (const name of entry.names) {
        const isFree = !this.isAlias(name) && !this.hasAliases(name) && name !== entry.host;
        if (isFree && !this.isAlias(entry.host)) this.aliases.push({ name, host: entry.host });
      }
    }
  }

  own(name: string): string {
    if (this.isAlias(name)) return this.meant(name);
    if (this.hasAliases(name)) return name;
    return this.meant(this.ruled(name));
  }

  private meant(name: string): string {
    return this.aliases.find((each) => each.name === name)?.host ?? name;
  }

  private isAlias(name: string): boolean {
    return this.aliases.some((each) => each.name === name);
  }

  private hasAliases(host: string): boolean {
    return this.aliases.some((each) => each.host === host);
  }

  /** Label by label: those that a domain has are taken off the end, but never all; the most labels first. */
  private ruled(name: string): string {
    let labels = name.split('.');
    const domains = this.rules.cut
      .map((each) => each.split('.'))
      .sort((a, b) => b.join('.').length - a.join('.').length);
    for (;;) {
      const off = domains.find(
        (domain) => labels.length > domain.length && labels.slice(-domain.length).join('.') === domain.join('.'),
      );
      if (off === undefined) break;
      labels = labels.slice(0, -off.length);
    }
    const { domain } = this.rules;
    return labels.length > 1 || domain === null ? labels.join('.') : [...labels, domain].join('.');
  }
}
