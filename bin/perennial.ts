import { bundleFunctions } from '../lib/house/bundle.ts';
import { contextOfCommandLine } from '../lib/house/command-line.ts';
import { createPerennial } from '../lib/perennial.ts';
import { stageNamed } from './stages.ts';

const { app } = createPerennial({
  stage: stageNamed(contextOfCommandLine('stage') ?? 'dev'),
  bundles: bundleFunctions(),
});
app.synth();
