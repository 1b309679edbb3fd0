/// One element of a variable of a query.
package struct VNNLIBElement: Hashable, Comparable, Sendable {
  /// The position of the variable among all of the query.
  package let variable: Int
  /// The position of the element in row-major order.
  package let offset: Int

  package static func < (a: VNNLIBElement, b: VNNLIBElement) -> Bool { (a.variable, a.offset) < (b.variable, b.offset) }
}
