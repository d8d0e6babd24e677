/** The one table from the driver's errors to ours: a sentence for the operator, and whether trying again may help. */
import { StoreUnavailable } from '#ports';

/** A defect of the set-up, which stays until someone mends it: wrong credentials, a missing right, a wrong topic. */
export class KafkaMisconfigured extends Error {
  override readonly name = 'KafkaMisconfigured';
}

interface Explanation {
  readonly reason: string;
  readonly misconfigured?: true;
}

/** By the protocol's error type. */
const BY_TYPE: Readonly<Record<string, Explanation>> = {
  TOPIC_AUTHORIZATION_FAILED: {
    reason: 'this user has no right to the topic; grant it on the broker',
    misconfigured: true,
  },
  GROUP_AUTHORIZATION_FAILED: {
    reason: 'this user has no right to the consumer group; grant it on the broker',
    misconfigured: true,
  },
  CLUSTER_AUTHORIZATION_FAILED: {
    reason: 'this user has no right to create topics; create the topic or grant the right',
    misconfigured: true,
  },
  SASL_AUTHENTICATION_FAILED: { reason: 'the brokers refuse the user or its password', misconfigured: true },
  UNSUPPORTED_SASL_MECHANISM: { reason: 'the brokers do not offer this SASL mechanism', misconfigured: true },
  INVALID_SESSION_TIMEOUT: {
    reason: "the session timeout is outside the broker's group.min and group.max.session.timeout.ms",
    misconfigured: true,
  },
  INVALID_REPLICATION_FACTOR: {
    reason: 'the cluster has fewer brokers than copies are asked for; start more or ask for fewer',
    misconfigured: true,
  },
  UNKNOWN_TOPIC_OR_PARTITION: { reason: 'the topic or a partition of it does not exist' },
  NOT_ENOUGH_REPLICAS: { reason: 'fewer replicas are in sync than min.insync.replicas asks for' },
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: { reason: 'fewer replicas are in sync than min.insync.replicas asks for' },
  POLICY_VIOLATION: {
    reason: "the broker's rules do not allow it; records are removed only where the cleanup.policy is delete",
    misconfigured: true,
  },
  MESSAGE_TOO_LARGE: { reason: "a message is larger than the topic's max.message.bytes" },
  LEADER_NOT_AVAILABLE: { reason: 'a partition has no leader at the moment' },
  NOT_LEADER_FOR_PARTITION: { reason: 'a partition has moved to another broker' },
};

/** By the system's error code, of a socket or of TLS. */
const BY_CODE: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: { reason: 'no broker can be reached' },
  ECONNRESET: { reason: 'a broker has closed the connection' },
  ETIMEDOUT: { reason: 'no broker can be reached' },
  ENOTFOUND: { reason: "a broker's name cannot be resolved" },
  EAI_AGAIN: { reason: "a broker's name cannot be resolved" },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    reason: "a broker's certificate is not trusted; give its authority",
    misconfigured: true,
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    reason: "a broker's certificate is not trusted; give its authority",
    misconfigured: true,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: "a broker's certificate is not trusted; give its authority",
    misconfigured: true,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: { reason: "a broker's certificate is for another name", misconfigured: true },
  CERT_HAS_EXPIRED: { reason: "a broker's certificate has expired", misconfigured: true },
  ERR_SSL_WRONG_VERSION_NUMBER: { reason: 'the broker does not speak TLS on this port', misconfigured: true },
  EPROTO: { reason: 'the broker does not speak TLS on this port', misconfigured: true },
};

/** By the class that the driver throws, where it says nothing else. */
const BY_NAME: Readonly<Record<string, Explanation>> = {
  KafkaJSSASLAuthenticationError: { reason: 'the brokers refuse the user or its password', misconfigured: true },
  KafkaJSConnectionError: { reason: 'no broker can be reached' },
  KafkaJSConnectionClosedError: { reason: 'a broker has closed the connection' },
  KafkaJSRequestTimeoutError: { reason: 'a broker does not answer' },
  TimedOut: { reason: 'a broker does not answer' },
};

/** The meaning of the error; the driver's own words where the table does not know it. */
export function explain(error: unknown): Explanation {
  const chain = causes(error);
  for (const each of chain) {
    const { type, code } = each as { type?: unknown; code?: unknown };
    const known = (typeof type === 'string' && BY_TYPE[type]) || (typeof code === 'string' && BY_CODE[code]);
    if (known) return known;
  }
  for (const each of chain) {
    const known = BY_NAME[each.name];
    if (known) return known;
  }
  const root = chain.at(-1);
  return { reason: root === undefined ? 'for an unknown reason' : root.message };
}

const NOT_THERE_YET: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/** Whether a broker does not know the topic, or does not know it yet, or a partition of it has no leader yet. */
export function isUnknownTopic(error: unknown): boolean {
  return causes(error).some((each) => NOT_THERE_YET.includes((each as { type?: unknown }).type));
}

/** `doing` names the failed work. */
export function unavailable(doing: string, error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error;
  return new StoreUnavailable('feed', `${doing}: ${explain(error).reason}`, { cause: error });
}

/** At the start: a defect of the set-up is a KafkaMisconfigured; any other failure may pass. */
export function startError(doing: string, error: unknown): Error {
  if (error instanceof KafkaMisconfigured || error instanceof StoreUnavailable) return error;
  const { reason, misconfigured } = explain(error);
  return misconfigured
    ? new KafkaMisconfigured(`Kafka: ${doing}: ${reason}`, { cause: error })
    : unavailable(doing, error);
}

/** How the driver's errors hold others. */
interface Parts {
  readonly cause?: unknown;
  readonly originalError?: unknown;
  readonly errors?: readonly unknown[];
  /** Where records could not be removed. */
  readonly partitions?: readonly { readonly error?: unknown }[];
}

/** The error and its causes, outermost first; of the parts of an aggregate the first. */
function causes(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  let next = error;
  while (next instanceof Error && !chain.includes(next) && chain.length < MOST_CAUSES) {
    chain.push(next);
    const { cause, errors, originalError, partitions } = next as Parts;
    next = cause ?? originalError ?? errors?.[0] ?? partitions?.[0]?.error;
  }
  return chain;
}

const MOST_CAUSES = 10;
