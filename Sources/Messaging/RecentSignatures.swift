/// The signatures of the messages that have arrived lately. Each message has an identifier of its own, so that a signature
/// that comes twice is somebody's who has listened and cannot sign.
package struct RecentSignatures {
  /// How many are remembered at least.
  package static let capacity = 1 << 15

  private var recent: Set<[UInt8]> = []
  private var earlier: Set<[UInt8]> = []

  package init() {}

  /// Remembers a signature; false when it has been there before.
  package mutating func insert(_ signature: [UInt8]) -> Bool {
    guard !earlier.contains(signature), recent.insert(signature).inserted else { return false }
    if recent.count == RecentSignatures.capacity { (earlier, recent) = (recent, []) }
    return true
  }
}
