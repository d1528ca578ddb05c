/**
 * The unit tests, and those through HTTP without those of `jest.resilience.config.js`.
 *
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/packages', '<rootDir>/test'],
  // An option of the command line would swallow the files that are named after it.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/resilience/'],
  testRegex: '\\.(e2e-)?spec\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  // The sources of the packages, as tsconfig.json has it.
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  // Imports name the emitted file (.js), the source is .ts.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
        },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFiles: ['<rootDir>/test/support/short-responses.js'],
  globalSetup: '<rootDir>/test/support/postgres.js',
  globalTeardown: '<rootDir>/test/support/postgres-teardown.js',
  randomize: true,
  maxWorkers: 2,
  // For a test that hangs; how long the others take is the machine's affair.
  testTimeout: 180_000,
  collectCoverageFrom: [
    'src/**/*.ts',
    'packages/*/src/**/*.ts',
    'migrations/**/*.ts',
    '!src/main.ts',
    '!src/**/*.spec.ts',
  ],
  coverageProvider: 'v8',
  coverageReporters: ['text', 'lcov'],
};
