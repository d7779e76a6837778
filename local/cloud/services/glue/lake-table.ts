/** A `TableInput` of Glue, as far as it is read. */
export interface TableInput {
  readonly Name: string;
  readonly TableType?: string;
  readonly Parameters?: Readonly<Record<string, string>>;
  readonly PartitionKeys?: readonly Column[];
  readonly StorageDescriptor?: {
    readonly Columns?: readonly Column[];
    readonly Location?: string;
    readonly InputFormat?: string;
    readonly SerdeInfo?: {
      readonly SerializationLibrary?: string;
      readonly Parameters?: Readonly<Record<string, string>>;
    };
  };
}

interface Column {
  readonly Name: string;
  readonly Type?: string;
}

/** Lines of text in objects whose prefix names the hour: the one kind of table that the local cloud knows. */
export interface LakeTable {
  readonly name: string;
  /** The column that holds the line. */
  readonly line: string;
  /** The column that holds the hour, as `2026/11/22/14`. */
  readonly hour: string;
  readonly bucket: string;
  /** Before the hour in the objects' keys: `raw/`. */
  readonly prefix: string;
  /** No hour before this one is looked at, whatever lies there. */
  readonly firstHour: string;
}

const TEXT_INPUT = 'org.apache.hadoop.mapred.TextInputFormat';
/** Without parameters it splits at a byte 1 and takes nothing for an escape: a line without that byte is one column. */
const LINES = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';

/** Reads a table's definition; throws, naming it, for one that would be read in any other way. */
export function lakeTableOf({ Name: name, ...input }: TableInput): LakeTable {
  const refuse = (what: string): never => {
    throw new Error(`Table ${name}: the local cloud does not support ${what}`);
  };
  const { Columns = [], Location = '', InputFormat, SerdeInfo = {} } = input.StorageDescriptor ?? {};
  if (input.TableType !== 'EXTERNAL_TABLE') refuse(`the type ${input.TableType}`);
  if (InputFormat !== TEXT_INPUT) refuse(`the input format ${InputFormat}`);
  if (SerdeInfo.SerializationLibrary !== LINES) refuse(`the SerDe ${SerdeInfo.SerializationLibrary}`);
  if (Object.keys(SerdeInfo.Parameters ?? {}).length > 0) refuse('parameters of a SerDe');
  const [line, ...more] = Columns;
  const [hour, ...others] = input.PartitionKeys ?? [];
  if (line?.Type !== 'string' || more.length > 0) refuse('columns other than one string');
  if (hour?.Type !== 'string' || others.length > 0) refuse('partitions by anything but one string');
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*\/)$/.exec(Location) ?? refuse(`the location ${Location}`);
  const firstHour = firstHourOf(input.Parameters ?? {}, hour?.Name ?? '', Location) ?? refuse('such a projection');
  return { name, line: line?.Name ?? '', hour: hour?.Name ?? '', bucket, prefix, firstHour };
}

/** The first hour of a projection from then until now; undefined for any other. */
function firstHourOf(parameters: Readonly<Record<string, string>>, hour: string, location: string): string | undefined {
  const expected = {
    'projection.enabled': 'true',
    [`projection.${hour}.type`]: 'date',
    [`projection.${hour}.format`]: 'yyyy/MM/dd/HH',
    [`projection.${hour}.interval`]: '1',
    [`projection.${hour}.interval.unit`]: 'HOURS',
    'storage.location.template': `${location}\${${hour}}/`,
  };
  if (Object.entries(expected).some(([name, value]) => parameters[name] !== value)) return undefined;
  return /^(\d{4}\/\d\d\/\d\d\/\d\d),NOW$/.exec(parameters[`projection.${hour}.range`] ?? '')?.[1];
}
