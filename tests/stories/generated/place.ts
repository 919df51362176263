/** Where and under which beginning of all names. */
export interface Place {
  readonly account: string;
  readonly regions: readonly string[];
  readonly prefix: string;
}
