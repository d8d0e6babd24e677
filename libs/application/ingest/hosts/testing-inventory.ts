/** For specs: inventories as they come to the use case, line by line. */
import type { InventoryItem, InventoryLine } from '#contracts';
import type { HostName } from '#domain';

export const item = (
  line: number,
  host: string,
  set: InventoryItem['set'] = {},
  clear: readonly string[] = [],
  aliases: readonly string[] = [],
): InventoryItem => ({ ...{ line, host: host as HostName, set, clear }, aliases: aliases as readonly HostName[] });

export async function* given(
  ...batches: readonly (readonly InventoryLine[])[]
): AsyncGenerator<readonly InventoryLine[]> {
  yield* batches;
}
