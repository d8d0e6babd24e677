/** Whether the brokers have answered for every partition that was sent: the driver resolves also where it left one out. */

export interface PartitionAnswer {
  readonly topicName: string;
  readonly partition: number;
  /** 0: taken. */
  readonly errorCode: number;
}

/** Partitions of the topic that were sent and not acknowledged. */
export function unanswered(
  topic: string,
  sent: Iterable<number>,
  answers: readonly PartitionAnswer[],
): readonly number[] {
  const taken = new Set<number>();
  const refused = new Set<number>();
  for (const { topicName, partition, errorCode } of answers) {
    if (topicName === topic) (errorCode === 0 ? taken : refused).add(partition);
  }
  return [...new Set(sent)].filter((partition) => !taken.has(partition) || refused.has(partition));
}
