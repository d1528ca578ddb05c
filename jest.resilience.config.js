import all from './jest.config.js';

/**
 * Hostile requests, faults, overload and shutdown: slower, and with all processors to themselves.
 *
 * @type {import('jest').Config}
 */
export default {
  ...all,
  roots: ['<rootDir>/test/resilience'],
  testPathIgnorePatterns: ['/node_modules/'],
};
