import CKernels
import Essentials

/// The numbers behind one or more tensors: a fixed block of Float64 that lives as long as any tensor looks at it.
///
/// It holds an unsafe pointer because BLAS, the kernels and views all need the address of memory that neither moves
/// nor is checked for exclusive access at every element. The block is 64-byte aligned and belongs to C's allocator, so
/// that the memory of large tensors returns to the system.
public final class TensorStorage {
  /// The first number.
  public let base: UnsafeMutablePointer<Double>
  /// How many numbers there are.
  public let count: Int

  /// The size of the block, for those who account for memory.
  public var byteCount: Int { count * MemoryLayout<Double>.stride }

  /// A block of `count` zeros, for sizes that the program knows to be sensible.
  public convenience init(zeros count: Int) { self.init(count: count, zeroed: true) }

  /// A block of `count` numbers that the caller fills at once, for sizes that the program knows to be sensible.
  public convenience init(uninitialized count: Int) { self.init(count: count, zeroed: false) }

  private init(count: Int, zeroed: Bool) {
    guard let block = tensor_allocate(count, zeroed ? 1 : 0) else {
      fatalError("no memory for \(count) numbers")
    }
    base = block
    self.count = count
  }

  /// A block of `count` numbers, zeros or for the caller to fill.
  ///
  /// - Throws: `OutsideFailure` when the system has no memory for it.
  public init(allocating count: Int, zeroed: Bool) throws {
    guard count >= 0, let block = tensor_allocate(count, zeroed ? 1 : 0) else {
      throw OutsideFailure("memory: there is not enough for \(count) numbers (\(count / 131_072) MB)")
    }
    base = block
    self.count = count
  }

  deinit { tensor_release(base, count) }
}
