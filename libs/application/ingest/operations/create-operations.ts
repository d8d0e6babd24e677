/** Puts together the commands on what a filter finds: done at once where that is little, else as operations, which go on in the background. */
import type { Outcome, Problem, Uuid } from '#contracts';
import type { BulkCommand, HostCommand, HostName, Instant, OperationId } from '#domain';
import type { Journal } from '#ports';
import type { Clock } from '../../clock.js';
import { Lease, writersLease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import type { IngestRequest } from '../deciding/request.js';
import type { SerialQueue } from '../deciding/serial-queue.js';
import { commandFoundHosts, FINAL_OF_HOSTS, type HostCommander } from '../hosts/host-commands.js';
import type { AcceptedOperation, Caller, HostUseCases, LaborUseCases, OperationUseCases, Where } from '../ingest.js';
import { commandLabors, type LaborCommander } from '../labor-commands.js';
import { TRIED_ONCE } from '../names/own-names.js';
import { wholeWhereFinal } from '../requests/answers.js';
import type { Asked } from '../requests/keyed-requests.js';
import { FINAL_OF_LABORS } from '../requests/labor-answers.js';
import type { Working } from '../requests/working.js';
import { acceptOperation, type AcceptingParts } from './accept.js';
import { cancelOperation } from './cancel.js';
import { BackgroundOperations } from './background.js';
import { commandFound, foresee } from './bulk.js';
import { OperationCarrier } from './carry-out.js';
import { hostFinder, laborFinder, type Find, type FinderParts, type Search } from './find.js';
import { KnownOperations } from './known-operations.js';
import { allOperations, oneOperation, operationResults } from './reads.js';

export interface CreatingParts extends FinderParts, Working {
  readonly journal: Journal;
  readonly queue: SerialQueue;
  readonly labors: LaborCommander;
  readonly hosts: HostCommander;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: Uuid;
  readonly monotonicMs: () => number;
  readonly refusal: () => Problem | undefined;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
}

type UseCases = OperationUseCases &
  Pick<LaborUseCases, 'commandLaborsWhere' | 'foreseeLaborsWhere'> &
  Pick<HostUseCases, 'commandHostsWhere' | 'foreseeHostsWhere'>;

interface BulkAsked<F, T> {
  readonly use: Asked<T>['use'];
  readonly where: Where<F>;
  readonly action: BulkCommand;
  readonly caller: Caller;
  readonly finder: (parts: FinderParts, filter: F, search: Search) => Find;
  /** Commands few of them. */
  readonly atOnce: (ids: readonly string[], request: IngestRequest) => Promise<Outcome<T>>;
  /** Refusals that are for good. */
  readonly final: readonly string[];
}

/** The use cases, and what carries operations out. */
export interface Operations {
  readonly useCases: UseCases;
  readonly background: BackgroundOperations;
}

export function createOperations(parts: CreatingParts): Operations {
  const { journal, clock, log, newId, now, answered, once, labors, hosts } = parts;
  const known = new KnownOperations(journal, clock);
  const own = new Lease({ journal, name: 'operations', owner: parts.owner, nowMs: parts.monotonicMs });
  const lease = writersLease(own, parts.refusal);
  const carrier = new OperationCarrier({
    ...{ journal, newId, now },
    command: (ids, command, caller, request) =>
      isOnHosts(command)
        ? commandFoundHosts(hosts, ids as readonly HostName[], command, caller, request)
        : commandLabors(labors, ids, command, caller, request),
  });
  const background = new BackgroundOperations({ known, carrier, lease, log });
  const accepting: AcceptingParts = {
    ...{ journal, known, newId, now },
    wake: () => {
      background.wake();
    },
  };
  const reading = { journal, known };

  function command<F, T extends object>(asked: BulkAsked<F, T>): Promise<Outcome<T | AcceptedOperation>> {
    const { action, caller, finder } = asked;
    const { filter, written: where } = asked.where;
    const work = (request: IngestRequest) => {
      const findAt = (at: Instant) => finder(parts, filter, { caller, request, now: at });
      return commandFound<T>(
        {
          ...{ findAt, now: now() },
          atOnce: (ids) => asked.atOnce(ids, request),
          asOperation: (id: OperationId) => acceptOperation(accepting, { id, command: action, where, findAt }, caller),
        },
        request,
      );
    };
    return once(caller, asked.use, { where, action }, work, wholeWhereFinal(asked.final));
  }

  return {
    background,
    useCases: {
      commandLaborsWhere: (where, action, caller) =>
        command({
          ...{ use: ['labors', action.kind], where, action, caller, finder: laborFinder, final: FINAL_OF_LABORS },
          atOnce: (ids, request) => commandLabors(labors, ids, action, caller, request),
        }),
      foreseeLaborsWhere: (filter, caller) =>
        answered(() => foresee(laborFinder(parts, filter, { caller, request: TRIED_ONCE, now: now() }))),
      commandHostsWhere: (where, action, caller) =>
        command({
          ...{ use: ['hosts', action.kind], where, action, caller, finder: hostFinder, final: FINAL_OF_HOSTS },
          atOnce: (ids, request) => commandFoundHosts(hosts, ids as readonly HostName[], action, caller, request),
        }),
      foreseeHostsWhere: (filter, caller) =>
        answered(() => foresee(hostFinder(parts, filter, { caller, request: TRIED_ONCE, now: now() }))),
      operation: (id) => answered(() => oneOperation(reading, id)),
      operations: () => answered(() => allOperations(reading)),
      cancelOperation: (id, cancellation, caller) =>
        once(caller, ['operation-cancellation', id], cancellation, (request) =>
          cancelOperation({ ...accepting, queue: parts.queue }, id, cancellation, caller, request),
        ),
      operationResults: (id, page) => answered(() => operationResults(reading, id, page)),
    },
  };
}

function isOnHosts(command: BulkCommand): command is HostCommand {
  return command.kind === 'HostAttributesSet' || command.kind === 'HostRetired';
}
