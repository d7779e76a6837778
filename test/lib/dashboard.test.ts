import { describe, expect, it } from 'vitest';
import { fullStage, smallStage } from './stages.ts';
import { templatesOf } from './synthesized.ts';

const { engine } = templatesOf(smallStage);

interface Widget {
  readonly type: string;
  readonly y: number;
  readonly properties: {
    readonly markdown?: string;
    readonly title?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly string[];
    readonly query?: string;
  };
}

/** The page of a stage; a reference in it stands as `${logical id}`. */
function pageOf(template: typeof engine): { name: string; widgets: Widget[]; referred: string[] } {
  const [dashboard, ...others] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  expect(others).toEqual([]);
  const referred: string[] = [];
  const text = (part: unknown): string => {
    if (typeof part === 'string') return part;
    const { Ref, 'Fn::GetAtt': attribute } = part as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
    const id = Ref ?? attribute?.[0] ?? JSON.stringify(part);
    referred.push(id);
    return `\${${id}}`;
  };
  const body = dashboard?.Properties.DashboardBody['Fn::Join'][1].map(text).join('');
  return { name: dashboard?.Properties.DashboardName, widgets: JSON.parse(body).widgets, referred };
}

const page = pageOf(engine);
const headings = (widgets: readonly Widget[]) =>
  widgets.flatMap(({ type, properties }) => (type === 'text' ? [properties.markdown ?? ''] : []));

describe('the dashboard', () => {
  it('has its deployment’s name, and a link among the outputs', () => {
    expect(page.name).toBe('perennial-test');
    expect(JSON.stringify(engine.findOutputs('DashboardUrl'))).toContain('#dashboards/dashboard/perennial-test');
  });

  it('reads from top to bottom as data flows', () => {
    const titles = headings(page.widgets).map((markdown) => markdown.split(/[#:\n]+/)[1]?.trim());
    expect(titles).toEqual(['Events', 'State', 'Decisions', 'Delivery', 'Insights', 'Trouble']);
    const tops = page.widgets.map(({ y }) => y);
    expect([...tops].sort((a, b) => a - b)).toEqual(tops);
  });

  it('shows every alarm', () => {
    const [{ properties } = { properties: {} as Widget['properties'] }] = page.widgets.filter(
      ({ type }) => type === 'alarm',
    );
    const shown = (properties.alarms ?? []).map((arn) => arn.slice(2, -1));
    expect(shown.sort()).toEqual(Object.keys(engine.findResources('AWS::CloudWatch::Alarm')).sort());
  });

  it('and every queue’s dead letters, and what every function logged', () => {
    const inTitle = (title: string) => page.widgets.filter(({ properties }) => properties.title === title);
    const queues = Object.keys(engine.findResources('AWS::SQS::Queue')).filter((id) => /DeadLetters|Missed/.test(id));
    const [deadLetters] = inTitle('Dead letters');
    for (const id of queues) expect(JSON.stringify(deadLetters)).toContain(`\${${id}}`);
    const [log] = inTitle('What all functions logged, by code');
    for (const { Properties } of Object.values(engine.findResources('AWS::Lambda::Function')))
      expect(log?.properties.query).toContain(`SOURCE '\${${Properties.LoggingConfig.LogGroup.Ref}}'`);
  });

  it('refers to nothing outside its stack', () => {
    const { Resources, Parameters } = engine.toJSON();
    const known = [...Object.keys(Resources), ...Object.keys(Parameters), 'AWS::Region'];
    expect(page.referred.filter((id) => !known.includes(id))).toEqual([]);
  });

  // More would cost in an account that has no other dashboard, too.
  it('shows no more than 50 metrics', () => {
    const metrics = page.widgets.flatMap(({ properties }) => properties.metrics ?? []);
    expect(metrics.length).toBeGreaterThan(40);
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  it('leads to the runbook where the stage says where that is read', () => {
    const runbookUrl = 'https://wiki.shop.example/runbook';
    const linked = headings(pageOf(templatesOf({ ...fullStage, runbookUrl }).engine).widgets);
    const articles = linked.flatMap((markdown) => [...markdown.matchAll(/\]\((.*?)#(.*?)\)/g)]);
    expect(articles.length).toBeGreaterThan(10);
    const alarms = Object.values(engine.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) =>
      Properties.AlarmName.replace('perennial-test-', ''),
    );
    for (const [, url, anchor] of articles) {
      expect(url).toBe(runbookUrl);
      expect(alarms).toContain(anchor);
    }
    expect(headings(page.widgets).join('')).not.toContain('](');
  });
});
