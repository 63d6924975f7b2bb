// Arguments of a command that a person can paste into a shell.

/** An argument as a POSIX shell takes it. */
export function shellArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
