/// Variables in an order, of which only a few may differ from 0: one in a set of type 1, two neighbours in a set of type 2
/// (Beale and Tomlin, "Special facilities in a general mathematical programming system for non-convex problems using
/// ordered sets of variables", 1970).
public struct SpecialOrderedSet: Sendable, Hashable {
  /// The type: how many variables may differ from 0.
  public enum SetType: Int, Sendable, Hashable, CaseIterable {
    /// At most one variable differs from 0.
    case one = 1
    /// At most two do, and they are neighbours.
    case two = 2
  }

  /// How many may differ from 0.
  public let type: SetType
  /// The columns of the variables, in the order of their weights.
  public let columns: [Int]
  /// The weights, rising. They give the order, and solvers may branch by them.
  public let weights: [Double]

  /// Where the neighbours that may differ from 0 lie best for `point`, and the largest magnitude beside them.
  func window(at point: [Double]) -> (positions: Range<Int>, excess: Double) {
    let width = min(type.rawValue, columns.count)
    let magnitudes = columns.map { abs(point[$0]) }
    // The largest of the magnitudes from each position on.
    var after = [Double](repeating: 0, count: columns.count + 1)
    for position in columns.indices.reversed() { after[position] = max(after[position + 1], magnitudes[position]) }
    var (best, least, before) = (0, Double.infinity, 0.0)
    for start in 0...columns.count - width {
      let excess = max(before, after[start + width])
      if excess < least { (best, least) = (start, excess) }
      before = max(before, magnitudes[start])
    }
    return (best..<best + width, least)
  }
}
