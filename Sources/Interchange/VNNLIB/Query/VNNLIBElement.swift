/// One element of a variable of a query.
struct VNNLIBElement: Hashable, Comparable, Sendable {
  /// The position of the variable among all of the query.
  let variable: Int
  /// The position of the element in row-major order.
  let offset: Int

  static func < (a: VNNLIBElement, b: VNNLIBElement) -> Bool { (a.variable, a.offset) < (b.variable, b.offset) }
}
