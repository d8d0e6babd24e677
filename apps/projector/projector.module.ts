/** The projector as a feature: takes batches from the feed, and answers operators. Who composes it provides PROJECTOR, OPERATING, VERIFYING and WHAT_IFS. */
import { Module } from '@nestjs/common';
import { listsProvider } from '#platform';
import { AdminController } from './admin/admin.controller.js';
import { VerifyController } from './admin/verify.controller.js';
import { WhatIfController } from './admin/what-if.controller.js';
import { FeedController } from './feed.controller.js';

@Module({
  controllers: [FeedController, AdminController, VerifyController, WhatIfController],
  providers: [listsProvider],
})
export class ProjectorModule {}
