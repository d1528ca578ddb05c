/** The settings that decide which way a statement goes. The gate runs the tests with each. */
export const fastPaths: Record<string, string> = Object.fromEntries(
  ['DATABASE_PIPELINES', 'DATABASE_NAMED_STATEMENTS'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);
