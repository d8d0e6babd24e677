/** The projector as a feature: takes batches from the feed, and answers operators. Who composes it provides PROJECTOR, OPERATING and VERIFYING. */
import { Module } from '@nestjs/common';
import { AdminController } from './admin/admin.controller.js';
import { RepairController, VerifyController } from './admin/verify.controller.js';
import { FeedController } from './feed.controller.js';

@Module({ controllers: [FeedController, AdminController, VerifyController, RepairController] })
export class ProjectorModule {}
