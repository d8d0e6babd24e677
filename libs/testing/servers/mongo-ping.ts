/** Asks a MongoDB whether it answers, without its driver: only adapters speak through drivers. */
import { connect } from 'node:net';

/** Of MongoDB's wire protocol. */
const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** A server that is paused accepts connections and says nothing. */
const ANSWER_MS = 1000;

/** Resolves true when the server answered a `ping`, false when it said nothing in time; rejects where nobody listens. */
export async function pingMongo(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(ANSWER_MS, () => {
      end(false);
    });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(ping()));
    socket.once('data', () => {
      end(true);
    });
  });
}

/** `{ ping: 1, $db: "admin" }` as a message: header, flags, one section, one document of BSON. */
function ping(): Buffer {
  const fields = Buffer.concat([
    Buffer.from('\x10ping\0\x01\0\0\0', 'latin1'),
    Buffer.from('\x02$db\0\x06\0\0\0admin\0', 'latin1'),
    Buffer.from([0]),
  ]);
  const document = Buffer.concat([int32(4 + fields.length), fields]);
  const body = Buffer.concat([int32(0), Buffer.from([0]), document]);
  return Buffer.concat([int32(HEADER_BYTES + body.length), int32(1), int32(0), int32(OP_MSG), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
