import Essentials
import LuaHost
import Tensors

extension Call {
  /// The format that the path at `position` asks for, in either case.
  func tensorFormat(_ position: Int) throws -> TensorFormat {
    let path = try string(position)
    let name = path.lowercased()
    if name.hasSuffix(".npy") { return .numPy }
    if name.hasSuffix(".npz") { return .numPyArchive }
    if name.hasSuffix(".safetensors") { return .safeTensors }
    throw failure(position, "expected a path that ends in .npy, .npz or .safetensors, got \"\(path)\"")
  }

  /// The shape at `position`, a sequence of sizes; or the sizes at `position` and after it.
  func shape(_ position: Int) throws -> [Int] {
    if kind(position) == .table { return try ints(position) }
    guard count >= position else { throw mismatch(position, expected: "a shape such as {3, 4}") }
    return try (position...count).map { try int($0) }
  }

  /// The shape at `position` alone: a sequence of sizes, or the size of a vector.
  func shape(only position: Int) throws -> [Int] {
    kind(position) == .table ? try ints(position) : [try int(position)]
  }

  /// The axis at `position`, 1-based from the first or negative from the last, as a 0-based one; nil when it is absent.
  func axis(_ position: Int, rank: Int) throws -> Int? {
    isNil(position) ? nil : try axis(try int(position), at: position, rank: rank)
  }

  /// The axes at `position`, a sequence of them or all arguments from there on, each as `axis` reads it.
  func axes(_ position: Int, rank: Int) throws -> [Int] {
    try shape(position).map { try axis($0, at: position, rank: rank) }
  }

  private func axis(_ axis: Int, at position: Int, rank: Int) throws -> Int {
    guard axis != 0, axis.magnitude <= UInt(rank) else {
      throw failure(position, "expected an axis from 1 to \(rank) (or -1 for the last), got \(axis)")
    }
    return axis > 0 ? axis - 1 : rank + axis
  }

  /// The tensor at `position`, or a number as a scalar tensor.
  func tensor(_ position: Int) throws -> Tensor {
    if let tensor = objectIfAny(position, as: Tensor.self) { return tensor }
    guard kind(position) == .number else { throw mismatch(position, expected: "a tensor or a number") }
    return try Tensor([try double(position)], shape: [])
  }
}
