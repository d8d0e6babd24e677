/** What the API document says about embarking and changing quests. */
import { abandonedQuestBody, embarkedBody, questHostsRemovedBody, writtenBody, type JsonSchema } from '#contracts';
import { AMENDED_TAG, answering, IF_MATCH, JSON_MEDIA, TEXT_MEDIA, type Operation } from '#platform';

const lines: JsonSchema = {
  type: 'string',
  description:
    'Hosts, one a line; blank lines are skipped. What else there is to say is said by parameters of the query.',
};

interface NamingHosts {
  readonly hosts: readonly string[];
  readonly [beside: string]: unknown;
}

/** Hosts in JSON or as lines, with an example that serves for both. */
function namingHosts(example: NamingHosts): Pick<Operation, 'body' | 'examples' | 'writes'> {
  return {
    body: { [TEXT_MEDIA]: lines },
    examples: { [JSON_MEDIA]: example, [TEXT_MEDIA]: `${example.hosts.join('\n')}\n` },
    writes: true,
  };
}

export const questEmbarked: Operation = {
  id: 'embarkQuest',
  summary: 'Embarks a quest: one event of its type on each of its hosts',
  description: 'The parameters of the query belong to hosts as plain text; with JSON there are none.',
  ...namingHosts({
    type: 'system-reboot-required',
    hosts: ['web-1.example.com', 'web-2.example.com'],
    creator: 'security',
    description: 'Reboot every web server for the new kernel',
    target: '2030-01-31T12:00:00Z',
    references: [{ label: 'Jira', key: 'SEC-1234' }],
  }),
  answers: {
    200: { about: 'Accepted, and abandoned by another request meanwhile.', body: embarkedBody },
    201: { about: 'Each host has its event.', body: embarkedBody },
    202: { about: 'Accepted; hosts get their events in the background.', body: embarkedBody },
  },
  problems: [
    'conflict',
    'event-type-unknown',
    'event-type-retired',
    'event-type-restricted',
    'event-type-not-starting',
    'quest-without-hosts',
    'quest-too-large',
    'target-not-in-future',
  ],
};

export const questAmended: Operation = {
  id: 'amendQuest',
  summary: 'Amends a quest',
  writes: true,
  headers: IF_MATCH,
  answers: answering(writtenBody, 'Done.', AMENDED_TAG),
  problems: ['conflict', 'quest-abandoned', 'precondition-failed', 'target-not-in-future'],
};

export const questHostsAdded: Operation = {
  id: 'addQuestHosts',
  summary: 'Adds hosts to a quest',
  description:
    'Those already in get no second event. Where no fate starts the type of the quest any more, they join without a labor, and the answer says so.',
  ...namingHosts({ hosts: ['web-3.example.com'] }),
  answers: {
    200: { about: 'All were in before; or the quest was abandoned meanwhile.', body: embarkedBody },
    201: { about: 'Each new host has its event.', body: embarkedBody },
    202: { about: 'Accepted; hosts get their events in the background.', body: embarkedBody },
  },
  problems: [
    'conflict',
    'quest-abandoned',
    'event-type-retired',
    'event-type-restricted',
    'quest-without-hosts',
    'quest-too-large',
  ],
};

export const questClaimed: Operation = {
  id: 'claimLabors',
  summary: 'Claims open labors: those of the type of the quest on these hosts join it, without events',
  description:
    'Which labors are open is decided on each host, when it is claimed. A host without such a labor is named by the quest all the same. The parameters of the query belong to hosts as plain text.',
  ...namingHosts({ hosts: ['web-1.example.com', 'web-2.example.com'], from: 'any' }),
  answers: {
    200: { about: 'Each host was claimed; or the quest was abandoned meanwhile.', body: embarkedBody },
    202: { about: 'Accepted; hosts are claimed in the background.', body: embarkedBody },
  },
  problems: ['conflict', 'quest-abandoned', 'quest-without-hosts', 'quest-too-large'],
};

export const questHostsRemoved: Operation = {
  id: 'removeQuestHosts',
  summary: 'Takes hosts out of a quest: their open chains leave it and stay open',
  description:
    'What is closed stays in the quest. Hosts that are not in it are named in the answer. With `dryRun=true` nothing is written, and the answer counts what would leave. The other parameters of the query belong to hosts as plain text.',
  ...namingHosts({ hosts: ['web-3.example.com'], reason: 'Decommissioned' }),
  answers: {
    200: { about: 'Each of these hosts has left the quest, or would.', body: questHostsRemovedBody },
    202: { about: 'They are out of the quest; they leave it in the background.', body: questHostsRemovedBody },
  },
  problems: ['conflict', 'quest-abandoned', 'quest-without-hosts'],
};

export const questAbandoned: Operation = {
  id: 'abandonQuest',
  summary: 'Abandons a quest: what of it is open is waived, and nothing follows in it',
  description: 'For ever, also of a quest that is embarking or completed.',
  examples: { [JSON_MEDIA]: { reason: 'The fix was withdrawn' } },
  writes: true,
  answers: {
    200: { about: 'On every host nothing of it is open.', body: abandonedQuestBody },
    202: { about: 'Abandoned; what is open is waived in the background.', body: abandonedQuestBody },
  },
  problems: ['conflict', 'quest-abandoned'],
};
