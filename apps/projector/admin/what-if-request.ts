/** A what-if as the body of a request. */
import type { WhatIfAsked } from '#application';
import { fateDefinition, fateRequest, parsePosition } from '#contracts';
import type { Fault, FateRequestBody, WhatIfRequestBody } from '#contracts';
import { parseFateReference, parseHostName, parseInstant } from '#domain';
import { checkedItems, ProblemError } from '#platform';

/** Refuses it with every fault of its fates. Where nothing is supposed, nothing would be otherwise. */
export async function supposedBy({ define = [], retire = [], from, hosts }: WhatIfRequestBody): Promise<WhatIfAsked> {
  const faults: Fault[] = [];
  const fates = (await checkedItems('define', define, fateRequest, faults)) as readonly FateRequestBody[];
  if (faults.length > 0) {
    const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
    throw new ProblemError({ code: 'validation-failed', detail: `the body has ${count}`, errors: faults });
  }
  return {
    ...{
      define: fates.map(fateDefinition),
      retire: retire.map((fate) => parseFateReference(String(fate))),
    },
    from: from === undefined ? null : (parsePosition(from) ?? parseInstant(from) ?? null),
    hosts: hosts === undefined ? null : hosts.flatMap((host) => parseHostName(host) ?? []),
  };
}
