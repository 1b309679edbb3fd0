/// A handle to a block of a `Model`, and of the copies made after it was added.
public struct BlockHandle: Hashable, Sendable {
  let number: Int
}
