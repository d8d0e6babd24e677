/**
 * DescribeCluster asked of a Kafka broker, written out by hand: what starts servers knows no driver, and a broker that
 * answers it has been admitted by its controller. https://kafka.apache.org/protocol#The_Messages_DescribeCluster
 */
import { connect } from 'node:net';

const DESCRIBE_CLUSTER = 60;
/** Longest wait for the answer. */
const ANSWER_MS = 2000;

/** Ids of the brokers that the one at this address knows as serving. Rejects while it does not answer. */
export async function brokersOf(host: string, port: number): Promise<readonly number[]> {
  return brokerIds(await ask(host, port, describeCluster()));
}

/** Version 0: header with correlation id and client, tagged fields, and `includeClusterAuthorizedOperations` false. */
function describeCluster(): Buffer {
  const request = Buffer.alloc(17);
  request.writeInt32BE(13, 0);
  request.writeInt16BE(DESCRIBE_CLUSTER, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(1, 8);
  // no client id
  request.writeInt16BE(-1, 12);
  return request;
}

function ask(host: string, port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    const socket = connect({ host, port }, () => socket.write(request));
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('closed without an answer'));
    });
    socket.on('data', (data) => {
      got = Buffer.concat([got, data]);
      if (got.length < 4 || got.length < 4 + got.readInt32BE(0)) return;
      resolve(got.subarray(4));
      socket.end();
    });
  });
}

/** Reads past what stands before the list of brokers; an error of the server has an empty list. */
function brokerIds(answer: Buffer): number[] {
  // correlation id, tagged fields, throttle time, error code
  let at = 4 + 1 + 4 + 2;
  const length = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = answer.readUInt8(at);
      at += 1;
      value |= (byte & 0x7f) << shift;
      // compact lengths are one more than what they count; 0 is null
      if (byte < 0x80) return Math.max(value - 1, 0);
    }
  };
  const skipText = (): void => {
    const size = length();
    at += size;
  };
  // error message, cluster id, controller id
  skipText();
  skipText();
  at += 4;
  const ids: number[] = [];
  for (let left = length(); left > 0; left -= 1) {
    ids.push(answer.readInt32BE(at));
    at += 4;
    // host, port, rack, tagged fields
    skipText();
    at += 4;
    skipText();
    at += 1;
  }
  return ids;
}
