/** The law of topics of changes, as a suite for their adapters; and one in memory for what publishes. */
import type { Uuid } from '#contracts';
import { positionOf } from '#contracts';
import { CallSettled, StoreUnavailable, type ChangeMessage, type ChangesTopic } from '#ports';

export interface ChangesTopicHarness {
  readonly topic: ChangesTopic;
  /** All messages that are in the topic, those of one key in their order; waits until `count` are there. */
  read(count: number): Promise<readonly Pick<ChangeMessage, 'kind' | 'key' | 'position' | 'json'>[]>;
  dispose(): Promise<void>;
}

const JOURNAL = '5e1ffb5c-2f0d-4a9e-8a55-6d7d4a1f0c22' as Uuid;

export function changeMessage(key: string, position: number, json = `{"position":"${position}"}`): ChangeMessage {
  const kind = key.includes('~') ? 'labor' : 'quest';
  return { kind, key, journal: JOURNAL, position: positionOf(BigInt(position)), json };
}

export function changesTopicContract(
  name: string,
  makeHarness: () => Promise<ChangesTopicHarness>,
  patienceMs = 5000,
): void {
  describe(`contract of topics of changes: ${name}`, () => {
    let harness: ChangesTopicHarness;
    beforeEach(async () => {
      harness = await makeHarness();
    }, patienceMs);
    afterEach(async () => {
      await harness.dispose();
    }, patienceMs);

    test(
      'what is acknowledged is there: each message with its key, kind, position and text, those of one key in their order',
      async () => {
        const keys = ['web-1.example.com~0', 'web-1.example.com~0.1', '7', 'reset'];
        const sent = Array.from({ length: 600 }, (_, n) =>
          changeMessage(keys[n % keys.length] ?? '', n, JSON.stringify({ position: String(n), note: 'ünï 😀\n' })),
        );
        await harness.topic.publish(sent.slice(0, 10));
        await harness.topic.publish([]);
        await harness.topic.publish(sent.slice(10));
        const found = await harness.read(sent.length);
        for (const key of keys) {
          const plain = ({ kind, position, json }: (typeof found)[number]) => ({ kind, position, json });
          const of = (messages: typeof found) => messages.filter((message) => message.key === key).map(plain);
          expect(of(found)).toEqual(of(sent));
        }
      },
      patienceMs,
    );

    test(
      'once it is closed it refuses; closing again does nothing',
      async () => {
        const { topic } = harness;
        await topic.close();
        await topic.close();
        await expect(topic.publish([changeMessage('7', 1)])).rejects.toThrow(StoreUnavailable);
        expect(topic.settledMs).toBeGreaterThanOrEqual(0);
      },
      patienceMs,
    );
  });
}

/** Holds all that was published; may be away. */
export class MemoryChangesTopic implements ChangesTopic {
  readonly messages: ChangeMessage[] = [];
  settledMs = 0;
  isAway = false;
  /** Whether a failure while it is away says that nothing is on its way. */
  saysSettled = false;
  private isClosed = false;

  async publish(messages: readonly ChangeMessage[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isClosed) throw new StoreUnavailable('feed', 'it was closed');
    if (this.isAway) throw new (this.saysSettled ? CallSettled : StoreUnavailable)('feed', 'by plan');
    this.messages.push(...messages);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
