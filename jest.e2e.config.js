import all from './jest.config.js';

/**
 * The tests through HTTP alone.
 *
 * @type {import('jest').Config}
 */
export default { ...all, roots: ['<rootDir>/test'] };
