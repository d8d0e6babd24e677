/** Which inventories have which hosts, as simply as it can be said (rule 23). */
import type { HostName, InventoryLogged } from '#domain';

type Listed = Pick<InventoryLogged, 'host' | 'inventory'>;

export class ModelInventories {
  /** Each inventory that has a host, as it took it in. */
  private listed: readonly Listed[] = [];

  of(host: HostName): readonly string[] {
    return this.listed.filter((each) => each.host === host).map(({ inventory }) => inventory);
  }

  /** Where 16 inventories have a host, no other one takes it in. */
  apply({ kind, host, inventory }: InventoryLogged): void {
    const others = this.listed.filter((each) => each.host !== host || each.inventory !== inventory);
    if (kind === 'HostMissing') {
      this.listed = others;
    } else if (others.length === this.listed.length && this.of(host).length < 16) {
      this.listed = [...others, { host, inventory }];
    }
  }
}
