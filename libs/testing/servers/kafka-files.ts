/** What is written for a Kafka of tests: the list of its jars for Maven, and each node's settings. */

export interface KafkaNode {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
  readonly folder: string;
  /** Absent: every client is served. */
  readonly secured?: SecuredListener;
}

/** A second listener, over TLS, at which clients log in; the first stays for the specs that manage the server. */
export interface SecuredListener {
  readonly port: number;
  /** Key and certificate (PKCS #12). */
  readonly keystore: string;
  readonly keystorePassword: string;
  /** Who may log in, by PLAIN; those of SCRAM are made with the node's folder. */
  readonly username: string;
  readonly password: string;
}

/** Any will do, as long as the nodes of a cluster agree: 16 bytes in base64. */
export function clusterId(): string {
  return 'SGVybWVzVGVzdENsdXN0ZQ';
}

/** For `mvn dependency:copy-dependencies`; with a logging binding, without which the server's words are lost. */
export function pom(version: string): string {
  const dependency = (group: string, artifact: string, at: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${at}</version></dependency>`;
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0">',
    '<modelVersion>4.0.0</modelVersion>',
    '<groupId>hermes.test</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>',
    '<dependencies>',
    dependency('org.apache.kafka', 'kafka_2.13', version),
    dependency('org.slf4j', 'slf4j-simple', '1.7.36'),
    '</dependencies>',
    '</project>',
    '',
  ].join('\n');
}

/** Short sessions, so that a killed node is missed soon; a quorum of all nodes; no automatic creation of topics. */
export function serverProperties(node: KafkaNode, cluster: readonly KafkaNode[]): string {
  const many = cluster.length > 1;
  const { secured } = node;
  const listeners = [
    `PLAINTEXT://127.0.0.1:${node.port}`,
    ...(secured === undefined ? [] : [`SECURED://127.0.0.1:${secured.port}`]),
  ];
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${node.controllerPort}`].join(','),
    'advertised.listeners': listeners.join(','),
    'controller.quorum.voters': cluster.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': `${node.folder}/data`,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': many ? 3 : 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': many ? 3 : 1,
    'transaction.state.log.min.isr': many ? 2 : 1,
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 300,
    ...(many
      ? {
          'min.insync.replicas': 2,
          'controller.quorum.fetch.timeout.ms': 1000,
          'controller.quorum.election.timeout.ms': 500,
        }
      : {}),
    ...(secured === undefined ? {} : securedSettings(secured)),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function securedSettings({ keystore, keystorePassword, username, password }: SecuredListener) {
  const of = 'listener.name.secured';
  const login = 'org.apache.kafka.common.security';
  return {
    [`${of}.ssl.keystore.type`]: 'PKCS12',
    [`${of}.ssl.keystore.location`]: keystore,
    [`${of}.ssl.keystore.password`]: keystorePassword,
    [`${of}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256',
    [`${of}.plain.sasl.jaas.config`]: `${login}.plain.PlainLoginModule required user_${username}="${password}";`,
    [`${of}.scram-sha-256.sasl.jaas.config`]: `${login}.scram.ScramLoginModule required;`,
  };
}
