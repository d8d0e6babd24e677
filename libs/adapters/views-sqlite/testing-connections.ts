/** The connections that views under test open, so that specs can count and break their calls. */
import { connect, type Database } from '#adapters/sqlite';
import { eventsFile, generationFile } from './file-names.js';

export class Connections {
  private readonly opened = new Map<string, Database>();

  /** `file`: of the views. */
  constructor(private readonly file: string) {}

  readonly connect = (file: string): Database => {
    const database = connect('views', file);
    this.opened.set(file, database);
    return database;
  };

  events(number = 0): Database {
    return this.at(eventsFile(this.file, number));
  }

  generation(number: number): Database {
    return this.at(generationFile(this.file, number));
  }

  private at(file: string): Database {
    const database = this.opened.get(file);
    if (database === undefined) throw new Error(`${file} was not opened`);
    return database;
  }
}
