/** The use cases of Hermes, called by the apps. No Nest, no driver. */
export { systemClock, type Clock } from './clock.js';
export { silentLog, type Log } from './log.js';
export { noMeters, type Meters } from './meters.js';
export { CatalogueTimeline, type CatalogueAt } from './catalogue/timeline.js';
export { StreamUnreadable } from './followed/stream-timeline.js';
export { NamesTimeline } from './names/names-timeline.js';
export { ClockWatch } from './ingest/clock-watch.js';
export { createIngest, type IngestParts, type RunningIngest } from './ingest/create-ingest.js';
export { createInbound, type InboundParts, type JoinInbound, type RunningInbound } from './inbound/create-inbound.js';
export type { InboundMeters } from './inbound/intake.js';
export { MAX_VALUE_BYTES, readMessage, type ReadMessage } from './inbound/message.js';
export * from './ingest/ingest.js';
export { heldJournal } from './moving/held-journal.js';
export { Imports } from './moving/imports.js';
export type { FileLine, ImportedJournal } from './moving/import-journal.js';
export type { ExportedJournal, ExportPlace } from './moving/export-journal.js';
export { Moving, type MovingParts } from './moving/moving.js';
export { EntriesVersion, type EntriesCommands, type EntriesStatus } from './versions/entries-version.js';
export { Lease, type LeaseName, type LeaseParts } from './leases/lease.js';
export type { FoldingPhase, FoldingStatus } from './operating/folding-status.js';
export * from './operating/operating.js';
export { createChangesPublisher, type ChangesPublisherParts } from './publishing/create-publisher.js';
export type { ChangesPublisher } from './publishing/publisher.js';
export { pauseMs, sleep, type Pauses } from './pauses.js';
export { AbandonedLoads } from './projection/abandoned-loads.js';
export { createProjector, type ProjectorParts } from './projection/create-projector.js';
export type { MakeBeside } from './projection/beside.js';
export { GenerationRetirement } from './projection/retire-generations.js';
export type { JoinGroup, Membership, PrepareOptions, Projector, RunOptions } from './projection/projector.js';
export { bucketsOf } from './reading/burndown-reads.js';
export * from './reading/changes/change.js';
export { presentClosing, presentLabor, presentOpening } from './reading/present-labor.js';
export { presentCounts, presentParked, presentQuest, presentSteps } from './reading/present-quest.js';
export { hostAsOf, hostsAsOf, type HostAsOf } from './reading/past/hosts.js';
export { questsAsOf } from './reading/past/quest-pages.js';
export { questAsOf, type QuestAsOf } from './reading/past/quests.js';
export { totalsAsOf } from './reading/past/totals.js';
export * from './reading/reading.js';
export { MAX_OVERDUE_COUNTED, type Campaign } from './reading/campaign.js';
export { createReading, type ReadingParts, type RunningReading } from './reading/create-reading.js';
export {
  BUCKET_LIMITS,
  judgeBucket,
  type BucketLimits,
  type BucketListener,
  type BucketParts,
  type Pages,
} from './replay/bucket.js';
export * from './replay/canonical.js';
export * from './replay/differences.js';
export { judgeWhatIf, type WhatIfListener, type WhatIfParts } from './what-if/judge-what-if.js';
export { SupposedTimeline } from './what-if/supposed-timeline.js';
export { createWhatIfs } from './what-if/create-what-ifs.js';
export { reasonOfDifference } from './what-if/what-if-reason.js';
export { verdictOf } from './what-if/what-if-totals.js';
export type { WhatIfAsked, WhatIfs, WhatIfsParts, WhatIfStatus } from './what-if/what-ifs.js';
export { type LaborDifference } from './what-if/host-what-if.js';
export { type SeenLabor } from './what-if/seen-labors.js';
export { giveCatalogue, giveNames } from './replay/followed-entries.js';
export type { FoldedHost, ReplayListener } from './replay/listener.js';
export { nodeDisk, SplitDiskFull, type SplitDisk } from './replay/splitting/disk.js';
export type { ReplayRoom } from './replay/splitting/room.js';
export type { FoldedQuest } from './folding/quest-record.js';
export { loadGeneration, type LoadGenerationParts, type LoadStep } from './replay/load-generation.js';
export { currentJob, type RebuildJob, type RebuildState } from './operating/rebuild-job.js';
export type { WorkThread } from './apart/work-apart.js';
export type { PreparationTask, PreparationTerms } from './projection/preparing/preparation.js';
export { servePreparing } from './projection/preparing/apart.js';
export type { ProveGenerations, Proof } from './projection/prove-generations.js';
export type { GenerationStatus, Rebuilds } from './operating/rebuilds.js';
export { EMPTIED_BY_INGEST, requireOwnFeed, type OwnFeedParts } from './relay/own-feed.js';
export type { Relay } from './relay/relay.js';
export { createRelay, type RelayParts } from './relay/create-relay.js';
export { Places, type HeldPlace } from './places.js';
export { mostOfOne, Share } from './share.js';
export { StartRefused } from './start-refused.js';
export { auditBeside, type AuditAction, type AuditParts } from './verifying/auditor.js';
export {
  compareGenerations,
  type ComparedGenerations,
  type CompareGenerationsParts,
} from './verifying/compare-generations.js';
export { provedBy } from './verifying/prove.js';
export { createVerifying, type VerifyingParts } from './verifying/create-verifying.js';
export type { VerificationStatus, Verifying } from './verifying/verifying.js';
export { serveVerifying, type VerifyTerms } from './verifying/verify-apart.js';
export { verifyGeneration, type VerifyGenerationParts } from './verifying/verify-generation.js';
export type { VerifiedGeneration } from './verifying/verified-generation.js';
