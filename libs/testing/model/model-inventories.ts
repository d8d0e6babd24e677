/** Which inventories have which hosts, as simply as it can be said (rule 23). */
import type { HostName, InventoryLogged } from '#domain';

type Listed = Pick<InventoryLogged, 'host' | 'inventory'>;

export class ModelInventories {
  /** Each inventory that has a host, as it took it in. */
  private listed: readonly Listed[] = [];

  of(host: HostName): readonly string[] {
    return this.listed.filter((each) => each.host === host).map(({ inventory }) => inventory);
  }

  /** Of the inventories that have a host, the 16 that took it in last are kept. */
  apply({ kind, host, inventory }: InventoryLogged): void {
    const others = this.listed.filter((each) => each.host !== host || each.inventory !== inventory);
    if (kind === 'HostMissing') {
      this.listed = others;
    } else if (others.length === this.listed.length) {
      const oldest = this.of(host).length === 16 ? this.of(host)[0] : undefined;
      const kept = others.filter((each) => each.host !== host || each.inventory !== oldest);
      this.listed = [...kept, { host, inventory }];
    }
  }
}
