/** The reading half of the API. The READING that its controllers ask is provided by who composes it. */
import { Module } from '@nestjs/common';
import { listsProvider } from '#platform';
import { CatalogueFileReader } from './catalogue/file.controller.js';
import { FateGraphReader } from './catalogue/graph.controller.js';
import { CATALOGUE_READERS } from './catalogue/routes.js';
import { ChangesReader } from './changes/changes.controller.js';
import { EVENT_READERS } from './events/routes.js';
import { HOST_READERS } from './hosts/routes.js';
import { LABOR_READERS } from './labors/routes.js';
import { QUEST_READERS } from './quests/routes.js';
import { StatsReader } from './stats/stats.controller.js';

@Module({
  controllers: [
    ChangesReader,
    CatalogueFileReader,
    FateGraphReader,
    ...CATALOGUE_READERS,
    ...EVENT_READERS,
    ...LABOR_READERS,
    ...QUEST_READERS,
    ...HOST_READERS,
    StatsReader,
  ],
  providers: [listsProvider],
})
export class QueryModule {}
