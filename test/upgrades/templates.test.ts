import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../lib/house/stage-settings.ts';
import { fullStage } from '../lib/stages.ts';
import { templatesOf } from '../lib/synthesized.ts';
import { readPart, releases, releaseToWrite, writePart } from './releases.ts';
import { problemsOfUpdate, type Template } from './template-problems.ts';

const STACKS = ['data', 'engine'] as const;
type Stack = (typeof STACKS)[number];

/** What the code of today deploys for a stage, without what changes with every build and matters to nobody. */
function today(stage: StageDefinition): Record<Stack, Template> {
  const templates = templatesOf(stage);
  const normal = (stack: Stack): Template => {
    const { Resources, ...others } = templates[stack].toJSON() as Template;
    const withoutMetadata = Object.entries(Resources).map(
      ([id, { Metadata: _, ...resource }]: [string, Template['Resources'][string] & { Metadata?: object }]) => [
        id,
        resource,
      ],
    );
    const text = JSON.stringify({ ...others, Resources: Object.fromEntries(withoutMetadata) });
    return JSON.parse(text.replaceAll(/[0-9a-f]{64}/g, 'ASSET'));
  };
  return { data: normal('data'), engine: normal('engine') };
}

const toWrite = releaseToWrite;
if (toWrite !== undefined)
  it('the templates are written', () => {
    writePart(toWrite, 'stage', fullStage);
    const templates = today(fullStage);
    for (const stack of STACKS) writePart(toWrite, `${stack}.template`, templates[stack]);
  });

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of hundreds of shapes.
type Changeable = Record<string, any>;

const changed = (template: Template, change: (resources: Changeable) => void): Template => {
  const copy = structuredClone(template) as { Resources: Changeable };
  change(copy.Resources);
  return copy;
};

/** Names of the SSM parameters a stack writes, and of those it reads when it is deployed. */
const written = ({ Resources }: Template) =>
  Object.values(Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::SSM::Parameter' ? [Properties?.Name] : [],
  );
const read = (template: Template) =>
  Object.values(
    (template as { Parameters?: Record<string, { Type: string; Default: string }> }).Parameters ?? {},
  ).flatMap(({ Type, Default }) =>
    Type === 'AWS::SSM::Parameter::Value<String>' && Default.startsWith('/perennial/') ? [Default] : [],
  );

describe.each(releases)('a deployment of %s', (version) => {
  const then = {
    data: readPart<Template>(version, 'data.template'),
    engine: readPart<Template>(version, 'engine.template'),
  };
  const now = today(readPart<StageDefinition>(version, 'stage'));

  it.each(STACKS)('is updated without losing anything: %s', (stack) => {
    expect(problemsOfUpdate(then[stack], now[stack])).toEqual([]);
  });

  it('finds what its engine reads, before and after the engine’s own update', () => {
    expect(read(then.engine).length).toBeGreaterThan(5);
    expect(written(now.data)).toEqual(expect.arrayContaining(read(then.engine)));
    expect(written(now.data)).toEqual(expect.arrayContaining(read(now.engine)));
    expect(written(now.data)).toEqual(expect.arrayContaining(written(then.data)));
  });

  it('is tied together by no export, which would lock what it names', () => {
    for (const template of Object.values(now)) expect(JSON.stringify(template)).not.toMatch(/"Export"|Fn::ImportValue/);
  });

  it('keeps what is remembered when a stack is deleted', () => {
    const retained = Object.entries(then.data.Resources).filter(([, { DeletionPolicy }]) =>
      DeletionPolicy?.startsWith('Retain'),
    );
    expect(retained.length).toBeGreaterThanOrEqual(7);
  });
});

describe('what would be lost is found', () => {
  const { data, engine } = today(fullStage);
  const table = (id: string, change: (properties: Changeable) => void) =>
    problemsOfUpdate(
      data,
      changed(data, (resources) => change(resources[id].Properties)),
    );

  it('when a table or queue has another logical id', () => {
    const renamed = (template: Template, id: string) =>
      problemsOfUpdate(
        template,
        changed(template, (resources) => {
          resources[`${id}2`] = resources[id];
          delete resources[id];
        }),
      );
    expect(renamed(data, 'Profiles4FC22479')).toEqual([
      expect.stringContaining('WILL_ORPHAN; lost would be all that is in it'),
    ]);
    const [queue = ''] = Object.keys(engine.Resources).filter((id) => id.startsWith('InputsLiveQueue'));
    expect(renamed(engine, queue)).toEqual(
      expect.arrayContaining([expect.stringContaining('WILL_DESTROY; lost would be the messages on it')]),
    );
  });

  it('when a property changes that takes a new resource', () => {
    expect(
      table('Profiles4FC22479', (table) => {
        table.KeySchema[0].AttributeName = 'user';
      }),
    ).toEqual([expect.stringContaining('WILL_REPLACE')]);
    const [bus = ''] = Object.keys(engine.Resources).filter((id) => id.startsWith('Bus'));
    const other = changed(engine, (resources) => {
      resources[bus].Properties.Name = 'other';
    });
    expect(problemsOfUpdate(engine, other)).toEqual([expect.stringContaining('the rules other systems have on it')]);
  });

  it('when DynamoDB would refuse it', () => {
    const index = (IndexName: string) => ({
      IndexName,
      KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    });
    expect(table('Profiles4FC22479', (table) => table.GlobalSecondaryIndexes.push(index('one')))).toEqual([]);
    expect(table('Profiles4FC22479', (table) => table.GlobalSecondaryIndexes.push(index('one'), index('two')))).toEqual(
      [expect.stringContaining('not one, two')],
    );
    expect(
      table('Profiles4FC22479', (table) => {
        table.GlobalSecondaryIndexes[0].Projection.ProjectionType = 'ALL';
      }),
    ).toEqual([expect.stringContaining('index due cannot be changed')]);
    expect(
      table('Profiles4FC22479', (table) => {
        table.StreamSpecification.StreamViewType = 'NEW_AND_OLD_IMAGES';
      }),
    ).toEqual([expect.stringContaining('StreamSpecification has changed')]);
  });

  it('when it is not retained any more', () => {
    const other = changed(data, (resources) => {
      resources.Lake5F1B88EA.DeletionPolicy = 'Delete';
    });
    expect(problemsOfUpdate(data, other)).toEqual([expect.stringContaining('DeletionPolicy was RetainExceptOnCreate')]);
  });

  it('when a name moves to another logical id', () => {
    const [alarm = ''] = Object.entries(engine.Resources).flatMap(([id, { Type }]) =>
      Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
    );
    const other = changed(engine, (resources) => {
      resources.Another = resources[alarm];
      delete resources[alarm];
    });
    expect(problemsOfUpdate(engine, other)).toEqual([expect.stringContaining(`is still ${alarm}'s`)]);
  });
});
