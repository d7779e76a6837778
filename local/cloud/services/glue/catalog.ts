import type { LakeTable } from './lake-table.ts';

/** AWS Glue's Data Catalog: which tables there are, for Athena to look up. Nobody here asks Glue himself. */
export class GlueCatalog {
  readonly #databases = new Map<string, Map<string, LakeTable>>();

  createDatabase(name: string): void {
    // CloudFormation takes other names, and then Athena's SQL needs quotes around them.
    if (!/^[a-z0-9_]{1,255}$/.test(name))
      throw new Error(`${name} is no name for a database that Athena can be asked of`);
    this.#databases.set(name, new Map());
  }

  createTable(database: string, table: LakeTable): void {
    const tables = this.#databases.get(database);
    if (tables === undefined) throw new Error(`EntityNotFoundException: Database ${database} not found.`);
    tables.set(table.name, table);
  }

  has(database: string): boolean {
    return this.#databases.has(database);
  }

  table(database: string, name: string): LakeTable | undefined {
    return this.#databases.get(database)?.get(name);
  }
}
