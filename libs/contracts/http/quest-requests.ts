/** Quests as requests embark and amend them. */
import { typeGiven } from './definitions-given.js';
import { MAX_HOST_QUERY_LENGTH } from '../host-query.js';
import { hostList } from './host-list.js';
import { instant } from './names.js';
import { referenceList } from './references.js';
import { component, described, fields, flag, nullable, oneOf, type Infer } from './schema.js';
import { line, lines, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './texts.js';

const creator = line(MAX_NAME_LENGTH);
const description = lines(1, MAX_TEXT_LENGTH);
const REMOVED = 'Null takes it away.';

/** Those of both; where neither is given, there are none. */
const hostsAsked = {
  'hosts?': described(hostList, 'One named twice counts once.'),
  'hostQuery?': described(
    lines(1, MAX_HOST_QUERY_LENGTH),
    'Those that it selects, of retired hosts only where it speaks of them; beside hosts, or in their place.',
  ),
} as const;

const CLAIM =
  'The open labors of the type on these hosts that are in no quest join the quest; no event is logged, and the type need not start labors.';

export const questRequest = component(
  'QuestRequest',
  fields({
    type: typeGiven,
    ...hostsAsked,
    'creator?': described(creator, "Absent: the token's name."),
    description,
    'target?': instant,
    'references?': referenceList,
    'claim?': described(flag, CLAIM),
  }),
);
export type QuestRequestBody = Infer<typeof questRequest>;

export const questAmendmentRequest = component(
  'QuestAmendmentRequest',
  fields({
    'creator?': described(nullable(creator), REMOVED),
    'description?': description,
    'target?': described(nullable(instant), REMOVED),
    'references?': described(referenceList, 'In place of those that are there.'),
  }),
);
export type QuestAmendmentBody = Infer<typeof questAmendmentRequest>;

export const questHostsRequest = component('QuestHostsRequest', fields(hostsAsked));
export type QuestHostsBody = Infer<typeof questHostsRequest>;

export const questClaimRequest = component(
  'QuestClaimRequest',
  fields({
    ...hostsAsked,
    'from?': described(oneOf('none', 'any'), 'Labors that are in no quest (also where absent), or in any.'),
    'by?': described(creator, "Absent: the token's name."),
  }),
);
export type QuestClaimBody = Infer<typeof questClaimRequest>;

export const questHostsRemovalRequest = component(
  'QuestHostsRemovalRequest',
  fields({
    ...hostsAsked,
    'by?': described(creator, "Absent: the token's name."),
    'reason?': lines(1, MAX_TEXT_LENGTH),
  }),
);
export type QuestHostsRemovalBody = Infer<typeof questHostsRemovalRequest>;

export const abandonRequest = component(
  'AbandonRequest',
  fields({ 'by?': described(creator, "Absent: the token's name."), reason: lines(1, MAX_TEXT_LENGTH) }),
);
export type AbandonBody = Infer<typeof abandonRequest>;
