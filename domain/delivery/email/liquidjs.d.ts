/** The build without Node: the same in tests, on a laptop and in a bundle. Its types are the package's. */
declare module 'liquidjs/dist/liquid.browser.mjs' {
  export * from 'liquidjs';
}
