/** The bare application: Nest over Fastify with one validated route that stores nothing. Run as a process with its port. */
import 'reflect-metadata';
import { Body, Controller, Get, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventRequest } from '#contracts';
import { dtoOf } from '#platform';

class EventDto extends dtoOf(eventRequest) {}

@Controller()
class BareController {
  @Get()
  look(): object {
    return { items: [] };
  }

  @Post('events')
  log(@Body() event: EventDto): object {
    return { position: '1', accepted: 1, duplicates: 0, events: [{ host: event.host, type: event.type, revision: 0 }] };
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter());
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
app.enableShutdownHooks();
await app.listen(Number(process.argv[2]), '127.0.0.1');
