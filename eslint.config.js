import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What node has that JavaScript has not, as far as the benchmark uses it. */
const nodeGlobals = Object.fromEntries(
  [
    ...['AbortController', 'Buffer', 'URL', 'URLSearchParams', 'console', 'performance', 'process'],
    ...['clearInterval', 'clearTimeout', 'setInterval', 'setTimeout'],
  ].map((name) => [name, 'readonly']),
);

/**
 * The house, from the door to the ground: what stands in one line imports from the lines below it alone.
 * The files directly in src/ put it together and stand above them all.
 */
const floors = [
  ['process'],
  ['tasks'],
  ['users'],
  ['health', 'metrics'],
  ['http'],
  ['database'],
  ['logging'],
  ['config'],
  ['errors'],
];

const arrows = floors.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    target: `./src/${room}`,
    from: floors
      .slice(0, floor + 1)
      .flat()
      .filter((other) => other !== room)
      .map((other) => `./src/${other}`),
    message: 'Imports point down: see the order of the floors in eslint.config.js.',
  })),
);

export default tseslint.config(
  { ignores: ['**/dist', 'coverage', '.data', 'test/support/api-types.ts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true } },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      // Imports name the emitted file (.js); the source beside it is .ts.
      'import-x/resolver-next': [
        importX.createNodeResolver({
          extensions: ['.ts', '.js'],
          extensionAlias: { '.js': ['.ts', '.js'] },
        }),
      ],
    },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // process.env is read in the config folder alone, where one class checks all of it.
      'no-restricted-properties': ['error', { object: 'process', property: 'env' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        { zones: arrows.filter(({ from }) => from.length > 0) },
      ],
    },
  },
  {
    files: ['src/**/*.controller.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          name: '@nestjs/common',
          importNames: ['Body', 'Headers', 'Param', 'Query', 'Req', 'Request'],
          message:
            'Input has to be validated: use @Path(), @Query() and @Body() of http/validation.',
        },
      ],
    },
  },
  {
    files: ['src/config/**/*.ts', 'packages/*/test/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // The benchmark runs as it is written, without a build; so its JavaScript has no types to check.
    files: ['bench/**/*.js'],
    extends: [tseslint.configs.recommended, tseslint.configs.stylistic],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [importX.createNodeResolver()] },
    rules: {
      eqeqeq: 'error',
      'import-x/no-cycle': 'error',
      'no-shadow': 'error',
      'no-undef': 'error',
      'prefer-const': 'error',
    },
    languageOptions: { globals: nodeGlobals },
  },
);
