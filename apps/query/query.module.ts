/** The reading half of the API. The READING that its controllers ask is provided by who composes it. */
import { Module } from '@nestjs/common';
import { listsProvider } from '#platform';
import { EventTypesReader } from './catalogue/event-types.controller.js';
import { FatesReader } from './catalogue/fates.controller.js';
import { EventsReader } from './events/events.controller.js';
import { HostsReader } from './hosts/hosts.controller.js';
import { LaborsReader } from './labors/labors.controller.js';
import { QuestPartsReader } from './quests/quest-parts.controller.js';
import { QuestsReader } from './quests/quests.controller.js';
import { StatsReader } from './stats/stats.controller.js';

@Module({
  controllers: [
    EventTypesReader,
    FatesReader,
    EventsReader,
    LaborsReader,
    QuestsReader,
    QuestPartsReader,
    HostsReader,
    StatsReader,
  ],
  providers: [listsProvider],
})
export class QueryModule {}
