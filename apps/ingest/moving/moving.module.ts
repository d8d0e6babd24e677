/** Export and import of the journal. The MOVING that its controller asks is provided by who composes it. */
import { Module } from '@nestjs/common';
import { JournalMover } from './moving.controller.js';

@Module({ controllers: [JournalMover] })
export class MovingModule {}
