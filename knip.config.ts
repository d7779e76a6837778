import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'lambdas/**/*.entry.ts',
    // Takes the place of the SDK's own in the bundles.
    'lambdas/adapters/environment-credentials.ts',
    'bin/perennial.ts',
    // Bundled when the local cloud starts.
    'local/cloud/worker/entry.ts',
    'test/local/core/functions/*.ts',
    'commands/*.ts',
  ],
  project: ['**/*.ts'],
  // Types are part of a file's explanation even when nobody imports them yet.
  exclude: ['types'],
  ignoreDependencies: [
    // Fixed parts of the platform whose capabilities come with their steps: push, and places.
    '@aws-sdk/client-pinpoint',
    '@aws-sdk/client-location',
  ],
};

export default config;
