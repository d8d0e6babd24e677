/** Quests as requests embark and amend them. */
import { typeGiven } from './definitions-given.js';
import { hostList } from './host-list.js';
import { instant } from './names.js';
import { referenceList } from './references.js';
import { component, described, fields, nullable, type Infer } from './schema.js';
import { line, lines, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './texts.js';

const creator = line(MAX_NAME_LENGTH);
const description = lines(1, MAX_TEXT_LENGTH);
const REMOVED = 'Null takes it away.';

export const questRequest = component(
  'QuestRequest',
  fields({
    type: typeGiven,
    hosts: described(hostList, 'One named twice counts once.'),
    'creator?': described(creator, "Absent: the token's name."),
    description,
    'target?': instant,
    'references?': referenceList,
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

export const questHostsRequest = component('QuestHostsRequest', fields({ hosts: hostList }));
export type QuestHostsBody = Infer<typeof questHostsRequest>;

export const questHostsRemovalRequest = component(
  'QuestHostsRemovalRequest',
  fields({
    hosts: hostList,
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
