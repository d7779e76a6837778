import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import serverless from '@sparticuz/chromium';
import { build } from 'esbuild';
import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Browser as PlaywrightBrowser,
} from 'playwright-core';

/** SDKs a page can have, each bundled from its npm package. */
const BUNDLES = {
  segment: new URL('./pages/segment.ts', import.meta.url),
  rudder: new URL('./pages/rudder.ts', import.meta.url),
} as const;
export type Bundle = keyof typeof BUNDLES;

/**
 * A real Chromium, and a server of web pages with SDKs in them. The pages' origin is not the one events go to: another
 * port, and `localhost` where the API is `127.0.0.1`.
 */
export class Browser {
  readonly #browser: PlaywrightBrowser;
  readonly #server: Server;
  readonly #pages: Map<string, string>;

  private constructor(browser: PlaywrightBrowser, server: Server, pages: Map<string, string>) {
    this.#browser = browser;
    this.#server = server;
    this.#pages = pages;
  }

  static async start(): Promise<Browser> {
    const pages = new Map<string, string>(await bundles());
    const browser = await chromium.launch({
      // The packaged one runs on Linux on x64 only; elsewhere say where Chromium or Chrome is.
      executablePath: process.env.CHROMIUM_PATH ?? (await serverless.executablePath()),
      // Not serverless.args: they switch web security off, and with it every preflight and every check of an origin.
      chromiumSandbox: false,
      // Nothing but this machine has an address.
      args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
    });
    const server = createServer(({ url = '' }, response) => {
      const page = pages.get(url);
      const type = url.endsWith('.js') ? 'text/javascript' : 'text/html';
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Browser(browser, server, pages);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Address of a new page that loads an SDK and runs a script. */
  publish(bundle: Bundle, script: string): string {
    const path = `/${this.#pages.size}`;
    this.#pages.set(
      path,
      `<!doctype html><title>Shop</title><script src="/${bundle}.js"></script><script>${script}</script>`,
    );
    return this.origin + path;
  }

  /** Somebody with a browser of her own: no cookies, nothing stored. */
  async visitor(options: BrowserContextOptions = {}): Promise<Visitor> {
    return Visitor.in(await this.#browser.newContext(options));
  }
}

/** Somebody who looks at pages. */
export class Visitor {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #hosts = new Set<string>();
  readonly #errors: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    // Watched and not intercepted: for an intercepted request playwright answers the preflight itself.
    context.on('request', (request) => this.#hosts.add(new URL(request.url()).hostname));
    context.on('weberror', (error) => this.#errors.push(String(error.error())));
  }

  static async in(context: BrowserContext): Promise<Visitor> {
    return new Visitor(context, await context.newPage());
  }

  /** Runs a script in the page she looks at. */
  run(script: string): Promise<unknown> {
    return this.page.evaluate(script);
  }

  offline(is: boolean): Promise<void> {
    return this.#context.setOffline(is);
  }

  /** Hosts but this machine that a page asked for something, and errors no page caught. */
  get surprises(): string[] {
    return [...[...this.#hosts].filter((host) => !['localhost', '127.0.0.1', ''].includes(host)), ...this.#errors];
  }
}

async function bundles(): Promise<[path: string, script: string][]> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(Object.entries(BUNDLES).map(([name, url]) => [name, fileURLToPath(url)])),
    outdir: '/',
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'chrome120',
    logLevel: 'error',
  });
  return outputFiles.map(({ path, text }) => [path, text]);
}
