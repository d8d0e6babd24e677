/** From the bodies of requests to what the use cases of quests take. */
import type { OnHosts, QuestAmendment, QuestRequest } from '#application';
import type { QuestAmendmentBody, QuestRequestBody } from '#contracts';
import type { Reference } from '#domain';
import { instantOf } from '../checked.js';
import type { WithHosts } from './text-hosts.js';

export function requestOf(body: WithHosts<QuestRequestBody>): OnHosts<QuestRequest> {
  const { type, hosts, creator = null, description, target, references = [], claim = false } = body;
  return {
    type,
    hosts,
    creator,
    description,
    target: target === undefined ? null : instantOf(target),
    references: referencesOf(references),
    ...(claim ? { claim: 'none' } : {}),
  };
}

/** What is absent stays absent. */
export function amendmentOf({ creator, description, target, references }: QuestAmendmentBody): QuestAmendment {
  return {
    ...(creator === undefined ? {} : { creator }),
    ...(description === undefined ? {} : { description }),
    ...(target === undefined ? {} : { target: target === null ? null : instantOf(target) }),
    ...(references === undefined ? {} : { references: referencesOf(references) }),
  };
}

/** Their fields in one order: a request that is sent again with a key may have them in another. */
function referencesOf(references: NonNullable<QuestRequestBody['references']>): readonly Reference[] {
  return references.map(({ label, key, url }) => ({
    ...(label === undefined ? {} : { label }),
    ...(key === undefined ? {} : { key }),
    ...(url === undefined ? {} : { url }),
  }));
}
