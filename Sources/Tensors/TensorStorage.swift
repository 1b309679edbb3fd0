/// The numbers behind one or more tensors: a fixed block of Float64 that lives as long as any tensor looks at it.
///
/// It holds an unsafe pointer because BLAS, the kernels and views all need the address of memory that neither moves
/// nor is checked for exclusive access at every element.
public final class TensorStorage {
  /// The first number.
  public let base: UnsafeMutablePointer<Double>
  /// How many numbers there are.
  public let count: Int

  /// A block of `count` zeros.
  public init(zeros count: Int) {
    base = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
    self.count = count
  }

  /// A block of `count` numbers that the caller fills at once.
  public init(uninitialized count: Int) {
    base = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
    self.count = count
  }

  deinit { base.deallocate() }
}
