/**
 * The project's modules only define things: one of which nothing is used is left out of a bundle, though a
 * barrel such as functions/shared/contracts.ts names it. esbuild assumes otherwise of every module that calls something.
 */
import { resolve } from "node:path";
import type { Plugin } from "esbuild";

export const ownModules: Plugin = {
  name: "own-modules",
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => ({ path: resolve(resolveDir, path), sideEffects: false }));
  },
};
