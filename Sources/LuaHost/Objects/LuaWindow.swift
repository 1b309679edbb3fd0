import CLuaBridge

/// Where the numbers of an object lie in memory, so that reading one element from a script needs no Swift.
public struct LuaWindow {
  let window: vnn_window

  /// Describes numbers at `base`, or is nil for shapes that are always read in Swift: scalars, and more than three axes.
  ///
  /// - Parameters:
  ///   - base: the first element; it stays valid and in its place as long as the object lives.
  ///   - sizes: the size of each axis.
  ///   - strides: how many numbers apart neighbours along each axis lie.
  public init?(base: UnsafePointer<Double>, sizes: [Int], strides: [Int]) {
    guard (1...Int(VNN_WINDOW_AXES)).contains(sizes.count), strides.count == sizes.count else { return nil }
    var window = vnn_window()
    window.mark = vnn_window_mark_address()
    window.base = base
    window.rank = Int32(sizes.count)
    withUnsafeMutableBytes(of: &window.sizes) { bytes in
      for (axis, size) in sizes.enumerated() {
        bytes.storeBytes(of: UInt64(size), toByteOffset: 8 * axis, as: UInt64.self)
      }
    }
    withUnsafeMutableBytes(of: &window.strides) { bytes in
      for (axis, stride) in strides.enumerated() { bytes.storeBytes(of: stride, toByteOffset: 8 * axis, as: Int.self) }
    }
    self.window = window
  }
}
