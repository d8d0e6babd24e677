/** A real Kafka for tests and `npm run servers`: fetched once through Maven, one node or three, in KRaft mode, in a folder of the caller's. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brokersOf } from './kafka-question.js';
import { clusterId, pom, serverProperties, type KafkaNode } from './kafka-files.js';
import { freePort } from '../free-port.js';
import { ServerProcess } from './process.js';
import { findProgram, toolFolder } from './tools.js';

const run = promisify(execFile);
const VERSION = '4.3.1';
/** Longest download on a slow line. */
const FETCH_MS = 600_000;
const FORMAT_MS = 60_000;
const READY_MS = 120_000;
/** A last node waits in vain for a quorum when it is stopped. */
const STOP_MS = 8000;

export interface KafkaOptions {
  /** For its data; made where absent. */
  readonly folder: string;
  /** 1 where absent. */
  readonly nodes?: 1 | 3;
  /** Of the first node's listener; a free one where absent. */
  readonly port?: number;
  /** Whether there is a second listener: over TLS, for who logs in as this one, by PLAIN or SCRAM-SHA-256. Of one node only. */
  readonly login?: { readonly username: string; readonly password: string };
}

export interface KafkaServer {
  /** `host:port` of every node. */
  readonly brokers: readonly string[];
  /** Where one logs in: `host:port`, and the file of the certificate (PEM), which signs itself. */
  readonly secured?: { readonly broker: string; readonly caFile: string };
  /** By id: that of the first is 1. Each can be killed, paused, stopped and started again. */
  readonly nodes: readonly ServerProcess[];
  /** Ends all nodes. Leaves the folder. */
  stop(): Promise<void>;
}

/** Why no Kafka can be run here; null where it can. */
export function kafkaToolsMissing(): string | null {
  if (findProgram('java') === undefined) return 'Kafka needs java (17 or newer), which is not on the PATH';
  if (existsSync(libraries())) return null;
  return findProgram('mvn') === undefined ? 'fetching Kafka needs mvn, which is not on the PATH' : null;
}

/** Resolves when all nodes answer. Throws an Error where the server cannot be fetched or does not start. */
export async function startKafka({ folder, nodes: count = 1, port, login }: KafkaOptions): Promise<KafkaServer> {
  const classpath = join(await fetched(), '*');
  mkdirSync(folder, { recursive: true });
  const secured = login && { ...login, ...(await keysIn(folder)), port: await freePort() };
  const cluster: KafkaNode[] = [];
  for (let id = 1; id <= count; id += 1) {
    const own = id === 1 && port !== undefined ? port : await freePort();
    const node = { id, port: own, controllerPort: await freePort(), folder: join(folder, `node-${id}`) };
    cluster.push({ ...node, ...(secured && { secured }) });
  }
  await Promise.all(cluster.map((node) => format(node, cluster, classpath)));
  const nodes = cluster.map((node) => processOf(node, classpath, count));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await Promise.all(nodes.map((node) => node.kill()));
    throw error;
  }
  return {
    brokers: cluster.map((node) => `127.0.0.1:${node.port}`),
    ...(secured && { secured: { broker: `127.0.0.1:${secured.port}`, caFile: secured.caFile } }),
    nodes,
    stop,
  };
}

function processOf(node: KafkaNode, classpath: string, count: number): ServerProcess {
  return new ServerProcess({
    name: `kafka node ${node.id}`,
    command: 'java',
    args: [
      `-Xmx${count === 1 ? 512 : 256}m`,
      '-XX:+UseSerialGC',
      // short lives: compiling thoroughly does not pay
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      ...['-cp', classpath, 'kafka.Kafka', join(node.folder, 'server.properties')],
    ],
    cwd: node.folder,
    // itself, known to the controllers and allowed to serve
    answers: async () => (await brokersOf('127.0.0.1', node.port)).includes(node.id),
    readyMs: READY_MS,
    stopMs: STOP_MS,
  });
}

/** Writes the settings, and what a node needs in its empty folder. */
async function format(node: KafkaNode, cluster: readonly KafkaNode[], classpath: string): Promise<void> {
  const data = join(node.folder, 'data');
  mkdirSync(data, { recursive: true });
  const file = join(node.folder, 'server.properties');
  writeFileSync(file, serverProperties(node, cluster));
  if (existsSync(join(data, 'meta.properties'))) return;
  const scram = node.secured && `SCRAM-SHA-256=[name=${node.secured.username},password=${node.secured.password}]`;
  const args = ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', file];
  if (scram !== undefined) args.push('--add-scram', scram);
  await run('java', ['-XX:TieredStopAtLevel=1', ...args], { timeout: FORMAT_MS, cwd: node.folder });
}

/** A key for 127.0.0.1 and its certificate, made by the tool that comes with Java. */
async function keysIn(folder: string): Promise<{ keystore: string; keystorePassword: string; caFile: string }> {
  const keystore = join(folder, 'broker.p12');
  const caFile = join(folder, 'ca.pem');
  const keystorePassword = 'of-the-broker';
  const store = ['-alias', 'broker', '-keystore', keystore, '-storetype', 'PKCS12', '-storepass', keystorePassword];
  const kind = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2', '-dname', 'CN=broker'];
  const names = ['-ext', 'san=ip:127.0.0.1', '-ext', 'bc=ca:true'];
  await run('keytool', ['-genkeypair', ...store, ...kind, ...names], { timeout: FORMAT_MS });
  await run('keytool', ['-exportcert', '-rfc', '-file', caFile, ...store], { timeout: FORMAT_MS });
  return { keystore, keystorePassword, caFile };
}

function libraries(): string {
  return join(toolFolder(`kafka-${VERSION}`), 'lib');
}

/** The folder of the server's jars, fetched where it is not there: whole, or not at all. */
async function fetched(): Promise<string> {
  const lib = libraries();
  if (existsSync(lib)) return lib;
  const missing = kafkaToolsMissing();
  if (missing !== null) throw new Error(missing);
  process.stderr.write(`Fetching Kafka ${VERSION} through Maven (about 45 MB, once) ...\n`);
  const folder = mkdtempSync(join(toolFolder(`kafka-${VERSION}`), 'fetching-'));
  try {
    writeFileSync(join(folder, 'pom.xml'), pom(VERSION));
    const goal = ['dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'];
    await run('mvn', ['-q', '-B', ...goal], { cwd: folder, timeout: FETCH_MS });
    // another that fetched at the same time may have been first
    if (!existsSync(lib)) renameSync(join(folder, 'lib'), lib);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return lib;
}
