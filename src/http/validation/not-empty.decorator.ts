const NOT_EMPTY = Symbol('refuses an object without fields');

/** A body that must have at least one field: an empty one is always a client's mistake. */
export function NotEmpty(): ClassDecorator {
  return (target) => {
    Reflect.defineMetadata(NOT_EMPTY, true, target);
  };
}

/** Whether the class, or one that it extends, is marked with `@NotEmpty()`. */
export function mustNotBeEmpty(type: object): boolean {
  return Reflect.hasMetadata(NOT_EMPTY, type);
}
