import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CompileMjml } from '../../domain/delivery/email/mjml.ts';

/** Beside the bundle, where lib/house/bundle.ts puts it; else in its package. */
const FILE = 'mrml_wasm_bg.wasm';

let ready: Promise<CompileMjml> | undefined;

/** The compiler of MJML, a megabyte of WASM: read when the first template asks for it, so that no other request waits. */
export const mjmlCompiler = (): Promise<CompileMjml> => {
  ready ??= load();
  return ready;
};

async function load(): Promise<CompileMjml> {
  const { Engine, initSync } = await import('mrml/web/mrml_wasm.js');
  initSync({ module: readFileSync(fileOfCompiler()) });
  return (mjml) => {
    const engine = new Engine();
    try {
      // It would load fonts from Google for all it knows by name, and tell Google who opens; `mj-font` still can.
      engine.setRenderOptions({ disableComments: false, socialIconOrigin: null, fonts: {} });
      const answer = engine.toHtml(mjml);
      return answer.type === 'success'
        ? { outcome: 'compiled', html: answer.content }
        : { outcome: 'refused', message: answer.message.slice(0, 300) };
    } finally {
      engine.free();
    }
  };
}

function fileOfCompiler(): string | URL {
  const beside = new URL(`./${FILE}`, import.meta.url);
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve(`mrml/web/${FILE}`);
}
