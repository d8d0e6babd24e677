/**
 * Importing an inventory: entries only for hosts of which something changes, a few batches on their way at a time, in each the
 * aliases first; at the end, hosts that the inventory lacks are reported, and taken off it where its last import had them. Sent again
 * it does no harm: what is stored already changes nothing.
 */
import {
  eachInTurns,
  maxPosition,
  START,
  type FaultCode,
  type InventoryItem,
  type InventoryLine,
  type Outcome,
  type Position,
  type Problem,
  type Uuid,
} from '#contracts';
import { ownName, type HostName, type HostNames } from '#domain';
import { singleRequest } from '../deciding/request.js';
import type { Caller, HostResult, ImportedHosts, ImportOptions } from '../ingest.js';
import { aliasHosts, type NamesWriter } from '../names/alias-hosts.js';
import { TRIED_ONCE } from '../names/own-names.js';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import { commandHosts, type HostCommander } from './host-commands.js';
import type { HostOrder } from './host-standings.js';
import { NameSet } from './name-set.js';
import { Refusals } from './refusals.js';
import { unlistedHosts } from './unlisted-hosts.js';

export interface HostImporter extends HostCommander {
  readonly names: NamesWriter;
  readonly newId: () => Uuid;
}

/** The inventory of an import that names none. */
const ONLY_INVENTORY = 'default';
/** As many hosts may an inventory name. */
const MAX_HOSTS = 1_000_000;
const MAX_IN_FLIGHT = 4;
/** Of hosts that are remembered while no line is taken. */
const MOST_NOT_TAKEN = 10_000;
/** Most refusals and missing hosts that are listed. */
const MAX_LISTED = 100;
/** Of a line that is refused alone, while the others are taken. */
const REFUSALS_OF_LINES: readonly FaultCode[] = ['attributes-full', 'inventories-full'];
/** Of hosts of which nothing can be recorded. */
const NOT_RECORDED: readonly FaultCode[] = ['host-unknown', 'inventories-full'];
/** How long an import waits for room that others take, and for views that are not there. */
const MAX_WAIT_MS = 30_000;
const PAUSES: Pauses = { firstMs: 5, longestMs: 250 };

/** Of an inventory of which nothing is read. */
export const NOTHING_IMPORTED: ImportedHosts = {
  ...{ position: START, changed: 0, unchanged: 0, new: 0, refused: 0, refusals: [] },
};

/** See {@link Ingest.importHosts}. */
export async function importHosts(
  importer: HostImporter,
  batches: AsyncIterable<readonly InventoryLine[]>,
  caller: Caller,
  options: ImportOptions = {},
): Promise<ImportedHosts> {
  // views that are there know all that was before the import
  const { position } = await importer.journal.head();
  const running = new HostImport(importer, caller, options, position);
  try {
    for await (const batch of batches) {
      await running.take(batch);
      if (running.isOver) break;
    }
  } finally {
    await running.settled();
  }
  return running.result();
}

class HostImport {
  private changed = 0;
  private unchanged = 0;
  private new = 0;
  private readonly refusals = new Refusals(MAX_LISTED);
  private position: Position;
  private problem: Problem | undefined;
  private defect: { readonly error: unknown } | undefined;
  private readonly named = new NameSet();
  /** Hosts of lines that are not taken: the inventory has them, and it is recorded once it has a good line. */
  private notTaken: HostName[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private readonly inventory: string;

  constructor(
    private readonly importer: HostImporter,
    private readonly caller: Caller,
    private readonly options: ImportOptions,
    private readonly since: Position,
  ) {
    this.position = since;
    this.inventory = options.inventory ?? ONLY_INVENTORY;
  }

  get isOver(): boolean {
    return this.problem !== undefined || this.defect !== undefined;
  }

  private get isAnyTaken(): boolean {
    return this.changed + this.unchanged > 0;
  }

  /** Resolves when there is room for the next batch. */
  async take(batch: readonly InventoryLine[]): Promise<void> {
    const items: InventoryItem[] = [];
    const rejected: HostName[] = [];
    const names = await this.importer.own.for(TRIED_ONCE);
    await eachInTurns(batch, (item) => {
      const host = ownName(names, item.host);
      const isNew = this.named.add(host);
      if ('fault' in item) {
        this.refusals.add(item.line, item.fault.code, item.fault.message);
        if (isNew) rejected.push(host);
      } else if (isNew) items.push({ ...item, host });
      else this.refusals.add(item.line, 'invalid', `"${host}" stands in the inventory before: name each host once`);
    });
    if (this.named.size > MAX_HOSTS) {
      const detail = `an inventory has at most ${MAX_HOSTS} hosts: what was before is imported`;
      this.problem = { code: 'payload-too-large', detail };
      return;
    }
    const work = this.command(items, rejected)
      .catch((error: unknown) => {
        this.defect ??= { error };
      })
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
    while (this.inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.inFlight);
  }

  /** Resolves when nothing is in flight. */
  async settled(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  /** Once it is settled. */
  async result(): Promise<ImportedHosts> {
    if (this.defect !== undefined) throw this.defect.error;
    // an empty file, or a wrong one, says of no host that it is gone
    const isWhole = this.problem === undefined && this.isAnyTaken && this.options.isWhole?.() !== false;
    const missing = isWhole ? await this.missing() : undefined;
    const { position, changed, unchanged, refusals, problem } = this;
    const refused = { refused: refusals.count, refusals: refusals.first };
    const counts = { position, changed, unchanged, new: this.new, ...refused };
    return problem === undefined ? { ...counts, ...missing } : { ...counts, problem };
  }

  /** `rejected`: hosts of lines that are refused already. They are in the inventory all the same, and so are those that are refused here, where any line is taken. */
  private async command(items: readonly InventoryItem[], rejected: readonly HostName[]): Promise<void> {
    const { importer, inventory } = this;
    const named = await this.alias(items.filter(({ aliases }) => aliases.length > 0));
    const names = await importer.own.for(TRIED_ONCE);
    const isRefused = ({ line }: InventoryItem): boolean => named.get(line) === 'refused';
    const rest = items.flatMap((item) => {
      if (isRefused(item)) return [];
      const host = this.namedAs(item.host, names);
      if (host !== undefined) return [{ ...item, host }];
      const own = ownName(names, item.host);
      this.refusals.add(item.line, 'alias-taken', `"${item.host}" is an alias of "${own}" by now: name each host once`);
      return [];
    });
    const orders = rest.map(({ host, set, clear }) => {
      const command = { kind: 'HostImported', by: null, inventory, set, clear } as const;
      return { host, command };
    });
    const results = await this.commandAll(orders);
    results?.forEach((result, index) => {
      const { line = 0 } = rest[index] ?? {};
      this.count(result, line, named.get(line) === 'changed');
    });
    const full = results?.filter((result) => 'fault' in result && result.fault.code === 'attributes-full') ?? [];
    const others = [...rejected, ...items.filter(isRefused).map(({ host }) => host)];
    const own = others.map((host) => this.namedAs(host, names)).filter((host) => host !== undefined);
    this.notTaken.push(...own, ...full.map(({ host }) => host as HostName));
    await this.recordNotTaken();
  }

  /** Of a file without a good line, which is refused as a whole, nothing is written. */
  private async recordNotTaken(): Promise<void> {
    if (!this.isAnyTaken) {
      // such a file is a wrong one: what more of it there is need not be remembered
      this.notTaken.length = Math.min(this.notTaken.length, MOST_NOT_TAKEN);
      return;
    }
    const command = { kind: 'HostImported', by: null, inventory: this.inventory, set: {}, clear: [] } as const;
    await this.record(this.notTaken.splice(0).map((host) => ({ host, command, ifKnown: true })));
  }

  /** The host that it means by now, by another line or by somebody meanwhile; undefined where that is named beside it. */
  private namedAs(host: HostName, names: HostNames): HostName | undefined {
    const own = ownName(names, host);
    return own === host || this.named.add(own) ? own : undefined;
  }

  /** A result for each; undefined where the import ends here. */
  private commandAll(orders: readonly HostOrder[]): Promise<readonly HostResult[] | undefined> {
    const { importer, caller, options, since } = this;
    return this.untilDone(() => {
      const request = singleRequest(importer.newId());
      return commandHosts(importer, orders, caller, request, { since, dryRun: options.dryRun === true });
    });
  }

  /** What the inventory says of hosts that no good line names. Answers of how many that changes something. */
  private async record(orders: readonly HostOrder[]): Promise<number> {
    if (orders.length === 0) return 0;
    let changed = 0;
    for (const result of (await this.commandAll(orders)) ?? []) {
      if (!('fault' in result)) {
        this.position = maxPosition(this.position, result.position);
        if (result.changed) changed += 1;
      } else if (!NOT_RECORDED.includes(result.fault.code)) this.problem ??= this.storeAway(result.fault.message);
    }
    return changed;
  }

  /** What became of the aliases of each line; of those that could not be asked for, nothing. */
  private async alias(items: readonly InventoryItem[]): Promise<ReadonlyMap<number, 'changed' | 'same' | 'refused'>> {
    const { importer, caller, options } = this;
    const named = new Map<number, 'changed' | 'same' | 'refused'>();
    if (items.length === 0) return named;
    const orders = items.map(({ host, aliases }) => ({ host, names: aliases }));
    const aliased = await this.untilDone(() =>
      aliasHosts(importer.names, orders, caller, singleRequest(importer.newId()), options.dryRun === true),
    );
    if (aliased?.position !== undefined) this.position = maxPosition(this.position, aliased.position);
    items.forEach(({ line }, index) => {
      const decision = aliased?.orders[index];
      const [refusal] = decision?.ok === false ? decision.refusals : [];
      if (refusal !== undefined) this.refusals.add(line, refusal.code, refusal.message);
      if (decision?.ok === true) named.set(line, decision.value.entry === undefined ? 'same' : 'changed');
      else named.set(line, 'refused');
    });
    return named;
  }

  /** Asks again while what keeps it off may pass; undefined where the import ends here. */
  private async untilDone<T>(ask: () => Promise<Outcome<T>>): Promise<T | undefined> {
    const end = performance.now() + MAX_WAIT_MS;
    for (let tries = 1; ; tries += 1) {
      const outcome = await ask();
      if (outcome.ok) return outcome.value;
      const { code } = outcome.problem;
      const mayPass = code === 'overloaded' || code === 'not-caught-up';
      if (!mayPass || this.isOver || performance.now() > end) {
        this.problem ??= this.stopped(outcome.problem);
        return undefined;
      }
      await sleep(pauseMs(tries, PAUSES));
    }
  }

  private stopped(problem: Problem): Problem {
    const detail = `${this.changed} hosts are changed (${problem.detail}); send the same again, and it is completed`;
    return { ...problem, detail };
  }

  private storeAway(detail: string): Problem {
    return this.stopped({ code: 'store-unavailable', detail, retryAfterS: 1 });
  }

  private count(result: HostResult, line: number, isAliased: boolean): void {
    if (!('fault' in result)) {
      this.position = maxPosition(this.position, result.position);
      if (result.changed || isAliased) this.changed += 1;
      else this.unchanged += 1;
      if (result.newHost) this.new += 1;
      return;
    }
    const { code, message } = result.fault;
    if (REFUSALS_OF_LINES.includes(code)) this.refusals.add(line, code, message);
    else this.problem ??= this.storeAway(message);
  }

  /** Hosts that are known and not retired, and that the inventory lacks; of whichever it had, retired or not, it is recorded. */
  private async missing(): Promise<Pick<ImportedHosts, 'missing' | 'missingHosts' | 'gone'> | undefined> {
    const { importer, named, caller, inventory } = this;
    const command = { kind: 'HostMissing', by: null, inventory } as const;
    let missing = 0;
    let gone = 0;
    const missingHosts: HostName[] = [];
    for await (const page of unlistedHosts(importer, named, caller, this.since)) {
      if (!page.ok) this.problem = this.stopped(page.problem);
      else {
        const there = page.value.filter(({ retired }) => retired === null);
        missing += there.length;
        missingHosts.push(...there.slice(0, MAX_LISTED - missingHosts.length).map(({ host }) => host));
        const had = page.value.filter(({ inventories }) => inventories.includes(inventory));
        gone += await this.record(had.map(({ host }) => ({ host, command })));
      }
      if (this.problem !== undefined) return undefined;
    }
    return { missing, missingHosts, gone };
  }
}
