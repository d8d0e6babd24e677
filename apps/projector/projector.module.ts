/** The projector as a feature: takes batches from the feed, and answers operators. Who composes it provides PROJECTOR and OPERATING. */
import { Module } from '@nestjs/common';
import { AdminController } from './admin/admin.controller.js';
import { FeedController } from './feed.controller.js';

@Module({ controllers: [FeedController, AdminController] })
export class ProjectorModule {}
