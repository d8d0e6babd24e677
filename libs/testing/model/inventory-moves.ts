/** What inventories say of a host in a history: some of them, one after another, have it or have it no longer. */
import fc from 'fast-check';
import type { InventoryCommand } from '#domain';

export interface InventoriesMove {
  readonly kind: 'inventories';
  readonly host: number;
  readonly first: number;
  readonly count: number;
  readonly missing: boolean;
  readonly value: number;
}

/** Few inventories, so that moves meet; sometimes about as many as may have a host. */
export const inventories = (host: fc.Arbitrary<number>): fc.Arbitrary<InventoriesMove> =>
  fc.record({
    kind: fc.constant('inventories' as const),
    host,
    first: fc.nat({ max: 3 }),
    count: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.integer({ min: 14, max: 18 })),
    missing: fc.nat({ max: 9 }).map((drawn) => drawn >= 6),
    value: fc.nat({ max: 3 }),
  });

/** A line sets one attribute and clears another, of those that moves of attributes name. */
export function inventoryCommands({ first, count, missing, value }: InventoriesMove): readonly InventoryCommand[] {
  return Array.from({ length: count }, (_, nth): InventoryCommand => {
    const said = { by: 'op', inventory: `inventory-${first + nth}` } as const;
    if (missing) return { kind: 'HostMissing', ...said };
    return { kind: 'HostImported', ...said, set: { [`name ${first}`]: value }, clear: [`name ${first + nth + 1}`] };
  });
}
