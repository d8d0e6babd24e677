/** The views port over one connection to MongoDB. */
import type { Views } from '#ports';
import type { Collections } from './collections.js';
import type { Connection } from './connection.js';
import { MongoControl } from './control.js';
import type { Directory } from './directory.js';
import { MongoLoader, type PatientCollections } from './loader.js';
import { MongoReader } from './reader.js';
import { MongoWriter } from './writer.js';

export class MongoViews implements Views {
  readonly control: MongoControl;
  readonly loader: MongoLoader;
  readonly writer: MongoWriter;
  readonly reader: MongoReader;

  constructor(
    private readonly connection: Connection,
    directory: Directory,
    collections: Collections,
    patient: () => Promise<PatientCollections>,
  ) {
    this.control = new MongoControl(connection, directory, collections);
    this.loader = new MongoLoader(connection, directory, collections, this.control, patient);
    this.writer = new MongoWriter(connection, directory);
    this.reader = new MongoReader(connection, directory);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
