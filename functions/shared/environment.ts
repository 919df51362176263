/** A required environment variable. @throws naming it: a function without it must not start. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is missing: the function was deployed without it; deploy again from infra/`);
  return value;
}
