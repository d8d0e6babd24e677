/** The writing half of the API. The INGEST that its controllers ask is provided by who composes it. */
import { Module } from '@nestjs/common';
import { listsProvider } from '#platform';
import { CatalogueWriter } from './catalogue/file.controller.js';
import { EventTypesWriter } from './catalogue/event-types.controller.js';
import { FatesWriter } from './catalogue/fates.controller.js';
import { MOVE_WRITERS } from './catalogue/moves.controller.js';
import { EventsWriter } from './events/events.controller.js';
import { EventRedactions } from './events/redact.controller.js';
import { EventsWebhook } from './events/webhook.controller.js';
import { HostsWriter } from './hosts/hosts.controller.js';
import { ManyHostsWriter } from './hosts/many.controller.js';
import { AliasesWriter, NameRulesWriter } from './hosts/names.controller.js';
import { LABOR_WRITERS } from './labors/labors.controller.js';
import { OperationsReader, OperationsWriter } from './operations/operations.controller.js';
import { QuestsWriter } from './quests/quests.controller.js';

@Module({
  controllers: [
    ...[CatalogueWriter, EventTypesWriter, FatesWriter, ...MOVE_WRITERS],
    ...[EventsWriter, EventRedactions, EventsWebhook, QuestsWriter, ...LABOR_WRITERS],
    ...[HostsWriter, ManyHostsWriter, AliasesWriter, NameRulesWriter, OperationsReader, OperationsWriter],
  ],
  providers: [listsProvider],
})
export class IngestModule {}
