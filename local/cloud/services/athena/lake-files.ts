import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LakeTable } from '../glue/lake-table.ts';
import type { ObjectStore, StoredObject } from '../s3/object-store.ts';
import type { Test } from './statement.ts';

/** An object of a table, in the partition its key names. */
export interface PartitionObject {
  readonly hour: string;
  readonly object: StoredObject;
}

const HOUR = 3_600_000;
const LENGTH = 'yyyy/MM/dd/HH'.length;

const hourOf = (time: number) => new Date(time).toISOString().slice(0, LENGTH).replace('T', '/').replaceAll('-', '/');
const timeOf = (hour: string) => Date.parse(`${hour.slice(0, 10).replaceAll('/', '-')}T${hour.slice(11)}:00:00Z`);

/** What is read of a table: the partitions that its projection and a query's condition leave, and the objects in them. */
export function readOf({ bucket, prefix, firstHour }: LakeTable, wanted: Test, now: number, s3: ObjectStore) {
  const hours = new Set<string>();
  for (let time = timeOf(firstHour); time <= now; time += HOUR) if (wanted(hourOf(time))) hours.add(hourOf(time));
  const objects: PartitionObject[] = [];
  for (const object of hours.size === 0 ? [] : s3.list(bucket, prefix)) {
    const hour = object.key.slice(prefix.length, prefix.length + LENGTH);
    // As Athena's text reader: what is empty is no file.
    if (hours.has(hour) && object.key[prefix.length + LENGTH] === '/' && object.body.length > 0)
      objects.push({ hour, object });
  }
  return { objects, partitions: hours.size };
}

/** Objects as files, for who cannot read them where they are. Each is written once, and again when it was replaced. */
export class LakeFiles {
  readonly #directory: string;
  readonly #written = new WeakMap<StoredObject, string>();
  #count = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async pathsOf({ bucket, hour: column }: LakeTable, objects: readonly PartitionObject[]): Promise<string[]> {
    const paths: string[] = [];
    for (const { hour, object } of objects) {
      const known = this.#written.get(object);
      paths.push(known ?? (await this.#write(join(bucket, `${column}=${encodeURIComponent(hour)}`), object)));
    }
    return paths;
  }

  async #write(under: string, object: StoredObject): Promise<string> {
    const directory = join(this.#directory, under);
    await mkdir(directory, { recursive: true });
    // The name ends as the key does: by that ending it is known what is compressed.
    const path = join(directory, `${this.#count++}-${basename(object.key)}`);
    await writeFile(path, object.body);
    this.#written.set(object, path);
    return path;
  }
}
