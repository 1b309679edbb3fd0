import CKernels
import Essentials
import Glibc

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
  /// - Throws: `OutsideFailure` when the system, or the limit, has no memory for it.
  public init(allocating count: Int, zeroed: Bool) throws {
    guard count >= 0, TensorStorage.fits(count), let block = tensor_allocate(count, zeroed ? 1 : 0) else {
      throw OutsideFailure("memory: there is not enough for \(count) numbers (\(count / 131_072) MB)")
    }
    base = block
    self.count = count
  }

  /// From now on a block is refused, where it can be, that does not fit with all others into `bytes`. Before that
  /// `makeRoom` may let go of what nobody needs any more, and is told how to see whether that was enough. It runs on the
  /// thread that calls this, and on no other, and not for a block that can never fit.
  public static func limit(bytes: Int, makeRoom: @escaping (_ isEnough: () -> Bool) -> Void) {
    tensor_limit_memory(bytes)
    limit = (pthread_self(), bytes, makeRoom)
  }

  /// Unsafe because it is set while the program has one thread, and used only on that.
  nonisolated(unsafe) private static var limit: (thread: pthread_t, bytes: Int, makeRoom: (() -> Bool) -> Void)?

  private static func fits(_ count: Int) -> Bool {
    func isEnough() -> Bool { tensor_fits(count) != 0 }
    if isEnough() { return true }
    guard let limit, count <= limit.bytes / MemoryLayout<Double>.stride else { return false }
    if pthread_equal(limit.thread, pthread_self()) != 0 { limit.makeRoom(isEnough) }
    return isEnough()
  }

  deinit { tensor_release(base, count) }
}
