/** Servers for the lane that needs them: each started from a folder of its own, on a free port of the loopback interface. */
export { startEventStore, type EventStoreServer } from './eventstore.js';
export { goMissing, pythonMissing, requireGo, requirePython } from './languages.js';
export { serverFolder } from './folder.js';
export { ServerProcess, type ServerCommand } from './process.js';
export { toolFolder } from './tools.js';
export { laneServer, type LaneServer } from './lane.js';
export { kafkaToolsMissing, startKafka, type KafkaOptions, type KafkaServer } from './kafka.js';
export { mongoToolsMissing, startMongo, type MongoOptions, type MongoServer } from './mongo.js';
