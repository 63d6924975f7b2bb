// Options that were given, apart from those that are merely there.

/** The options that are not undefined. */
export const given = <T extends object>(options: T): Partial<T> => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
