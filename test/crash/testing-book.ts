/** For specs of the audit: a journal that is written by hand. */
import { encodeEntry, hostStream, positionOf, questStream, type DomainEntry, type StoredEntry } from '#contracts';
import type { EventId, HostName, Instant, QuestId, TypeName } from '#domain';
import type { AskedEvent } from './asks.js';

export const recordedAt = '2026-01-01T00:00:00.000Z' as Instant;

/** A journal that grows entry by entry. */
export class Book {
  readonly entries: StoredEntry[] = [];

  add(entry: DomainEntry, stream: string): this {
    const revision = this.entries.filter((each) => each.stream === stream).length;
    const position = positionOf(BigInt(this.entries.length));
    this.entries.push({ ...encodeEntry(entry, crypto.randomUUID()), stream, revision, position });
    return this;
  }

  event({ host, key, note }: AskedEvent, quest: number | null = null): this {
    const entry: DomainEntry = {
      kind: 'EventLogged',
      host: host as HostName,
      type: 'disk-full' as TypeName,
      category: 'disk',
      state: 'full',
      at: recordedAt,
      recordedAt,
      by: null,
      key,
      note: quest === null ? note : null,
      attributes: null,
      quest: quest as QuestId | null,
    };
    return this.add(entry, hostStream(host as HostName));
  }

  end(host: string): this {
    const entry = {
      kind: 'QuestEnded',
      host: host as HostName,
      quest: 1 as QuestId,
      by: null,
      reason: 'over',
    } as const;
    return this.add({ ...entry, recordedAt }, hostStream(host as HostName));
  }

  left(host: string): this {
    const entry = { kind: 'QuestLeft', host: host as HostName, quest: 1 as QuestId, by: null, reason: null } as const;
    return this.add({ ...entry, recordedAt }, hostStream(host as HostName));
  }

  removal(hosts: readonly string[], reason = 'r', endings = 1): this {
    const [removal, request] = [crypto.randomUUID(), crypto.randomUUID()];
    const stream = questStream(1 as QuestId);
    const named = { named: hosts.length, hosts: hosts as HostName[] };
    this.add({ kind: 'QuestRemovalAccepted', removal, request, reason, ...named, by: null, recordedAt }, stream);
    for (let left = endings; left > 0; left -= 1)
      this.add({ kind: 'QuestHostsRemoved', removal, by: null, recordedAt }, stream);
    return this;
  }

  batch(...hosts: readonly string[]): this {
    const batch = crypto.randomUUID();
    const stream = questStream(1 as QuestId);
    const signed = { batch, by: null, recordedAt };
    this.add({ kind: 'QuestHostsListed', hosts: hosts as HostName[], ...signed }, stream);
    this.add({ kind: 'QuestHostsAccepted', hosts: hosts.length, ...signed }, stream);
    return this.add({ kind: 'QuestHostsEmbarked', ...signed }, stream);
  }

  inventory(host: string, kind: 'HostImported' | 'HostMissing'): this {
    const said = { host: host as HostName, inventory: 'i', by: null, recordedAt };
    const entry = kind === 'HostMissing' ? { kind, ...said } : { kind, ...said, set: {}, clear: [] };
    return this.add(entry, hostStream(host as HostName));
  }

  redaction(of: string, reason: string): this {
    const host = of.slice(0, of.indexOf('~')) as HostName;
    return this.add(
      { kind: 'EventRedacted', host, event: of as EventId, by: null, reason, recordedAt },
      hostStream(host),
    );
  }

  abandoned(ended = true): this {
    const stream = questStream(1 as QuestId);
    this.add({ kind: 'QuestAbandoned', by: null, reason: 'over', recordedAt }, stream);
    return ended ? this.add({ kind: 'QuestHostsEnded', by: null, recordedAt }, stream) : this;
  }

  quest(hosts: readonly string[], description: string, endings = 1): this {
    const quest = 1 as QuestId;
    const signed = { by: null, recordedAt };
    const batch = crypto.randomUUID();
    const what = { type: 'disk-full' as TypeName, creator: null, description, target: null, references: [] };
    this.add({ kind: 'QuestDrafted', quest, ...what, ...signed }, questStream(quest));
    this.add({ kind: 'QuestHostsListed', batch, hosts: hosts as HostName[], ...signed }, questStream(quest));
    this.add({ kind: 'QuestHostsAccepted', batch, hosts: hosts.length, ...signed }, questStream(quest));
    for (let left = endings; left > 0; left -= 1)
      this.add({ kind: 'QuestHostsEmbarked', batch, ...signed }, questStream(quest));
    return this;
  }
}
