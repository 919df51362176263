/** A failure of the local AWS that a person can do something about; the message says what. */
export class LocalFailure extends Error {
  override readonly name = "LocalFailure";
}
