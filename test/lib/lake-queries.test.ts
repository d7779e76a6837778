import { describe, expect, it } from 'vitest';
import { fullStage, smallStage } from './stages.ts';
import { templatesOf } from './synthesized.ts';

const { data, engine } = templatesOf(smallStage);
const full = templatesOf(fullStage).engine;

const only = (template: typeof engine, type: string) => Object.values(template.findResources(type))[0]?.Properties;

describe('questions to the lake', () => {
  it('go to a database and a workgroup of the deployment’s own', () => {
    const namesIn = (template: typeof engine) => [
      only(template, 'AWS::Glue::Database').DatabaseInput.Name,
      only(template, 'AWS::Glue::Table').DatabaseName,
      only(template, 'AWS::Athena::WorkGroup').Name,
    ];
    expect(namesIn(engine)).toEqual(['perennial_test', 'perennial_test', 'perennial-test']);
    expect(namesIn(full)).toEqual(['perennial_full', 'perennial_full', 'perennial-full']);
    const hyphens = templatesOf({ ...smallStage, deployment: 'eu-shop-2' }).engine;
    expect(namesIn(hyphens)).toEqual(['perennial_eu_shop_2', 'perennial_eu_shop_2', 'perennial-eu-shop-2']);
  });

  it('read the hours under which the delivery stream writes', () => {
    const { Prefix } = only(engine, 'AWS::KinesisFirehose::DeliveryStream').ExtendedS3DestinationConfiguration;
    const { Parameters } = only(engine, 'AWS::Glue::Table').TableInput;
    const format: string = Parameters['projection.datehour.format'];
    expect(Prefix).toBe(`raw/!{timestamp:${format}}/`);
    const location = JSON.stringify(Parameters['storage.location.template']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own.
    expect(location).toContain('/raw/${datehour}/');
  });

  it('are answered where no client can have it otherwise, in objects that go after a day', () => {
    const { EnforceWorkGroupConfiguration, ResultConfiguration } = only(
      engine,
      'AWS::Athena::WorkGroup',
    ).WorkGroupConfiguration;
    expect(EnforceWorkGroupConfiguration).toBe(true);
    expect(JSON.stringify(ResultConfiguration.OutputLocation)).toContain('/athena/');
    const rules = data.findResources('AWS::S3::Bucket').Lake5F1B88EA?.Properties.LifecycleConfiguration.Rules;
    expect(rules).toContainEqual({ ExpirationInDays: 1, Prefix: 'athena/', Status: 'Enabled' });
  });

  it('are encrypted by the stage’s own key where it has one', () => {
    const encryptionIn = (template: typeof engine) =>
      only(template, 'AWS::Athena::WorkGroup').WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration;
    expect(encryptionIn(engine)).toEqual({ EncryptionOption: 'SSE_S3' });
    expect(encryptionIn(full)).toEqual({ EncryptionOption: 'SSE_KMS', KmsKey: fullStage.cmkArn });
  });

  it('end before they read more than the stage allows', () => {
    const cutoffOf = (template: typeof engine) =>
      only(template, 'AWS::Athena::WorkGroup').WorkGroupConfiguration.BytesScannedCutoffPerQuery;
    expect(cutoffOf(engine)).toBe(250_000_000_000);
    expect(cutoffOf(templatesOf({ ...smallStage, lakeQueryGigabytes: 2 }).engine)).toBe(2_000_000_000);
  });
});
