/// Piecewise linear functions of values, element by element, as sums of ReLUs.
extension NetworkBuilder {
  /// The larger of each pair of values: max(a, b) = b + relu(a - b).
  public mutating func maximum(_ a: AffineValues, _ b: AffineValues) -> AffineValues { b + rectify(a - b) }

  /// The smaller of each pair of values: min(a, b) = a - relu(a - b).
  public mutating func minimum(_ a: AffineValues, _ b: AffineValues) -> AffineValues { a - rectify(a - b) }

  /// |v| = relu(v) + relu(-v).
  public mutating func absolute(_ values: AffineValues) -> AffineValues {
    rectify(values) + rectify(values.scaled(by: -1))
  }

  /// v where v > 0, and elsewhere `slopes` times v, one slope per value: slope · v + (1 - slope) · relu(v).
  public mutating func leaky(_ values: AffineValues, slopes: [Double]) -> AffineValues {
    values.scaled(by: slopes) + rectify(values).scaled(by: slopes.map { 1 - $0 })
  }

  /// min(max(v, lower), upper), either bound being left out where it is infinite: lower + relu(v - lower) and then
  /// upper - relu(upper - v), one layer each, which relaxations know to stay between the bounds.
  ///
  /// - Precondition: lower <= upper.
  public mutating func clamped(_ values: AffineValues, lower: Double, upper: Double) -> AffineValues {
    var result = values
    if lower > -.infinity {
      let bound = [Double](repeating: lower, count: values.count)
      result = rectify(result.adding(bound.map { -$0 })).adding(bound)
    }
    if upper < .infinity {
      let bound = [Double](repeating: upper, count: values.count)
      result = rectify(result.scaled(by: -1).adding(bound)).scaled(by: -1).adding(bound)
    }
    return result
  }

  /// The largest value of each group, pair by pair in a tree. Pairs that several groups have are compared once.
  ///
  /// - Parameter groups: positions of values, at least one each.
  public mutating func largest(_ values: AffineValues, of groups: [[Int]]) -> AffineValues {
    var (values, groups) = (values, groups)
    while groups.contains(where: { $0.count > 1 }) {
      // What stays alone, and what is compared, each once.
      var places: [[Int]: Int] = [:]
      var members: [[Int]] = []
      groups = groups.map { group in
        stride(from: 0, to: group.count, by: 2).map { first in
          let pair = Array(group[first..<min(first + 2, group.count)])
          if let place = places[pair] { return place }
          places[pair] = members.count
          members.append(pair)
          return members.count - 1
        }
      }
      let pairs = members.indices.filter { members[$0].count == 2 }
      let larger = maximum(
        values.selecting(pairs.map { members[$0][0] }), values.selecting(pairs.map { members[$0][1] }))
      var order = [Int](repeating: 0, count: members.count)
      for (place, member) in pairs.enumerated() { order[member] = values.count + place }
      for member in members.indices where members[member].count == 1 { order[member] = members[member][0] }
      values = values.followed(by: larger).selecting(order)
    }
    return values.selecting(groups.map { $0[0] })
  }
}
