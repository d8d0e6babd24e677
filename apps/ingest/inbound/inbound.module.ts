/** Events that come over Kafka: beside ingest's module where `HERMES_INBOUND` is on. The INBOUND that it asks is provided by who composes it. */
import { Module } from '@nestjs/common';
import { InboundController } from './inbound.controller.js';

@Module({ controllers: [InboundController] })
export class InboundModule {}
