import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** The long run: many more cases of every property, and real data through the whole wire. */
export default mergeConfig(
  config,
  defineConfig({
    test: { env: { PERENNIAL_PROOF: '1' }, testTimeout: 1_800_000 },
  }),
);
