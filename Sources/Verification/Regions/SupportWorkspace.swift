/// Scratch memory for support functions. One thread uses it at a time.
public final class SupportWorkspace {
  /// Room for `inputCount` numbers, rounded up to whole blocks.
  let keys: UnsafeMutablePointer<Double>
  /// Room for one number per block, or per image row.
  let heads: UnsafeMutablePointer<Double>
  /// Room for one more number per image row.
  let levels: UnsafeMutablePointer<Double>
  /// How many numbers `keys` holds.
  let capacity: Int

  /// The number of neighbouring coefficients whose maximum is kept; the cost of taking one coefficient is one block
  /// and one look at all heads, so the square root of the usual input count is about right.
  static let blockSize = 32

  /// Memory for regions of up to `inputCount` inputs.
  public init(inputCount: Int) {
    capacity =
      (max(inputCount, 1) + SupportWorkspace.blockSize - 1) / SupportWorkspace.blockSize
      * SupportWorkspace.blockSize
    keys = .allocate(capacity: capacity)
    heads = .allocate(capacity: capacity)
    levels = .allocate(capacity: capacity)
    keys.initialize(repeating: 0, count: capacity)
    heads.initialize(repeating: 0, count: capacity)
    levels.initialize(repeating: 0, count: capacity)
  }

  deinit {
    keys.deallocate()
    heads.deallocate()
    levels.deallocate()
  }
}
