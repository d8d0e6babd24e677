/** The projector as a feature: takes batches from the feed, and answers operators. Who composes it provides PROJECTOR, OPERATING, REBUILDS, VERIFYING, WHAT_IFS and ENTRIES. */
import { Module } from '@nestjs/common';
import { listsProvider } from '#platform';
import { AdminController } from './admin/admin.controller.js';
import { EntriesVersionController } from './admin/entries-version.controller.js';
import { GenerationsController } from './admin/generations.controller.js';
import { RebuildsController } from './admin/rebuilds.controller.js';
import { RepairController, VerifyController } from './admin/verify.controller.js';
import { WhatIfController } from './admin/what-if.controller.js';
import { FeedController } from './feed.controller.js';

@Module({
  controllers: [
    ...[FeedController, AdminController, RebuildsController, GenerationsController],
    ...[VerifyController, RepairController, WhatIfController, EntriesVersionController],
  ],
  providers: [listsProvider],
})
export class ProjectorModule {}
