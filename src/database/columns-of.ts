import { getMetadataArgsStorage } from 'typeorm';

/** The columns of an entity's table, in the order of its properties; known before there is a connection. */
export function columnsOf(entity: new () => object): readonly string[] {
  return getMetadataArgsStorage()
    .filterColumns(entity)
    .map(({ propertyName, options }) => options.name ?? propertyName);
}
