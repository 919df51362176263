import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["tests/**/*.test.ts"], exclude: ["tests/stories/**"], testTimeout: 20_000 } },
      {
        test: {
          name: "stories",
          include: ["tests/stories/**/*.test.ts"],
          globalSetup: ["tests/stories/setup.ts"],
          // One local AWS, two cores: stories run one file at a time.
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    reporters: ["default", ["json", { outputFile: ".local/test-results.json" }]],
  },
});
