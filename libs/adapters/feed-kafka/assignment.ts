/** The changes that a join of the group has made: the driver reports only the present assignment. */

export interface Assignment {
  /** The group's name for this member; a new one means that the group had removed it, and others may have had its partitions. */
  readonly memberId: string;
  readonly partitions: readonly number[];
}

export interface AssignmentChange {
  readonly lost: readonly number[];
  readonly won: readonly number[];
  readonly kept: readonly number[];
}

/** Partitions of a member that had to join under a new name count as lost, and as won where it has them again. */
export function changeOf(last: Assignment | undefined, now: Assignment): AssignmentChange {
  const before = new Set(last?.partitions ?? []);
  const after = new Set(now.partitions);
  const isSame = last?.memberId === now.memberId;
  const kept = isSame ? [...after].filter((partition) => before.has(partition)) : [];
  return {
    lost: [...before].filter((partition) => !kept.includes(partition)),
    won: [...after].filter((partition) => !kept.includes(partition)),
    kept,
  };
}
