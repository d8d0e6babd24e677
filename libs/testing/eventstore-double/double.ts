/** The double as a server: bound to a port of the loopback interface, killed and started again over the same file. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import grpc from '@grpc/grpc-js';
import { FaultSwitch } from './faults.js';
import { EventLog } from './log.js';
import { featuresService, gossipService, INSECURE, streamsService } from './service.js';
import { Streams } from './streams.js';
import * as pb from './stubs.js';

export interface EventStoreDoubleOptions {
  /** Where its file is; made where it is not there. */
  readonly folder: string;
  /** A free one where absent. */
  readonly port?: number;
  /** What it calls itself; 24.2 where absent. */
  readonly version?: string;
  /** Position of the first event of a new file. Beyond 2^53 where absent, so that code that makes a number of it fails. */
  readonly firstPosition?: bigint;
}

/** What a real server does with a message beyond this size: it ends the call that carries it. */
const MAX_MESSAGE_BYTES = 16 * 1_048_576;
/** Of the event loop, after which a client of this process has seen that its connection is gone. */
const TURNS_TO_NOTICE = 5;
/** As Kestrel has it: what comes beyond waits in silence. */
const MAX_CALLS_OF_ONE_CONNECTION = 100;

export class EventStoreDouble {
  readonly faults = new FaultSwitch();
  port: number;
  private server: grpc.Server | undefined;
  private listener: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly calls = new Set<object>();
  private log: EventLog | undefined;

  constructor(private readonly options: EventStoreDoubleOptions) {
    this.port = options.port ?? 0;
  }

  /** For the client and for `openEventStoreJournal`. */
  get url(): string {
    return `kurrentdb://127.0.0.1:${this.port}?tls=false&discoveryInterval=10`;
  }

  /** Reads the file and listens; on the same port as before, where it ran before. Remembers no ids. */
  async start(): Promise<void> {
    const { folder, firstPosition = (1n << 53n) + 11n, version = '24.2.0.0' } = this.options;
    this.faults.reset();
    this.log = new EventLog(join(folder, 'events.log'), firstPosition);
    const server = new grpc.Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_concurrent_streams': MAX_CALLS_OF_ONE_CONNECTION,
    });
    this.server = server;
    server.addService(pb.streamsService.StreamsService, streamsService(new Streams(this.log), this.faults, this.calls));
    server.addService(pb.featuresService.ServerFeaturesService, featuresService(version, this.faults));
    server.addService(
      pb.gossipService.GossipService,
      gossipService(() => this.port),
    );
    const injector = server.createConnectionInjector(INSECURE);
    this.listener = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      injector.injectConnection(socket);
    });
    this.port = await listening(this.listener, this.port);
  }

  /** Breaks every connection at once; nothing that was not answered will be. The file stays as it is. Resolves when clients in this process have noticed. */
  async kill(): Promise<void> {
    this.listener?.close();
    // as the system does with those of a process that was killed: gRPC would say goodbye
    const closed = [...this.sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.sockets) socket.resetAndDestroy();
    this.server?.forceShutdown();
    this.server = undefined;
    this.faults.reset();
    this.log?.close();
    this.log = undefined;
    await Promise.all(closed);
    for (let turn = 0; turn < TURNS_TO_NOTICE; turn += 1) await nextTurn();
  }

  /** Reads and subscriptions that are being served, and the calls that carry appends. */
  openCalls(): number {
    return this.calls.size;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }
}

/** Resolves with the port that it listens on. */
async function listening(listener: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, '127.0.0.1', () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
