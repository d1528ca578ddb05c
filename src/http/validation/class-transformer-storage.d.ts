/** Where class-transformer keeps what its decorators declare. It ships the module without this type. */
declare module 'class-transformer/cjs/storage.js' {
  export { defaultMetadataStorage } from 'class-transformer/types/storage.js';
}
