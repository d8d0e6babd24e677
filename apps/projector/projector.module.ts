/** The projector as a feature: takes batches from the feed, and answers operators. Who composes it provides PROJECTOR, OPERATING and REBUILDS. */
import { Module } from '@nestjs/common';
import { AdminController } from './admin/admin.controller.js';
import { GenerationsController } from './admin/generations.controller.js';
import { RebuildsController } from './admin/rebuilds.controller.js';
import { FeedController } from './feed.controller.js';

@Module({ controllers: [FeedController, AdminController, RebuildsController, GenerationsController] })
export class ProjectorModule {}
