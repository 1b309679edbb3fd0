/// A problem of two inputs, solved in fractions: the region is cut along the zero lines of all neurons into polygons on
/// which the network is affine, and an affine function is largest in a corner. The Lua side is written from the same
/// numbers, by `lua`.
public struct ExactProblem {
  /// A condition Σ inputs · x + Σ outputs · y <= right.
  public struct Condition {
    /// One coefficient per input.
    public var inputs: [Double]
    /// One coefficient per output; empty where no output takes part.
    public var outputs: [Double]
    /// What the left side may be at the most.
    public var right: Double
  }

  /// An affine function of the two inputs.
  private struct Affine {
    var slope: [Rational]
    var constant: Rational

    func value(_ x: [Rational]) -> Rational { slope[0] * x[0] + slope[1] * x[1] + constant }

    static func sum(_ weights: [Double], of functions: [Affine], _ constant: Double) -> Affine {
      var result = Affine(slope: [0, 0], constant: Rational(constant))
      for (weight, function) in zip(weights, functions) where weight != 0 {
        let factor = Rational(weight)
        for input in 0...1 { result.slope[input] = result.slope[input] + factor * function.slope[input] }
        result.constant = result.constant + factor * function.constant
      }
      return result
    }
  }

  /// Per layer: rows of weights, and biases.
  public var layers: [(weight: [[Double]], bias: [Double])]
  /// Per hidden layer: whether each neuron passes its value on without a ReLU; empty where none does.
  public var passed: [[Bool]] = []
  /// x0.
  public var input: [Double]
  /// Lower bounds of the box.
  public var lower: [Double]
  /// Upper bounds of the box.
  public var upper: [Double]
  /// `l1`, `linf`, `box`, or `l1_row_max`, which has two rows.
  public var norm: String
  /// The largest change in the norm; without meaning for `box`.
  public var epsilon: Double
  /// 0-based.
  public var classIndex: Int
  /// 0-based; nil for any other class.
  public var target: Int?
  /// What an input must meet beside being in the region.
  public var conditions: [Condition]

  /// The whole numbers and parts of a problem.
  public init(
    layers: [(weight: [[Double]], bias: [Double])], input: [Double], lower: [Double], upper: [Double], norm: String,
    epsilon: Double, class classIndex: Int, target: Int? = nil, conditions: [Condition] = []
  ) {
    (self.layers, self.input, self.lower, self.upper) = (layers, input, lower, upper)
    (self.norm, self.epsilon, self.classIndex, self.target) = (norm, epsilon, classIndex, target)
    self.conditions = conditions
  }

  // MARK: At a point

  /// The real outputs.
  public func outputs(_ x: [Double]) -> [Rational] {
    var values = x.map { Rational($0) }
    for (number, layer) in layers.enumerated() {
      values = zip(layer.weight, layer.bias).map { row, bias in
        zip(row, values).reduce(Rational(bias)) { $0 + Rational($1.0) * $1.1 }
      }
      for neuron in values.indices where hasReLU(number, neuron) { values[neuron] = max(values[neuron], 0) }
    }
    return values
  }

  private func hasReLU(_ layer: Int, _ neuron: Int) -> Bool {
    layer + 1 < layers.count && (passed.isEmpty || !passed[layer][neuron])
  }

  private var rivals: [Int] { target.map { [$0] } ?? layers[layers.count - 1].bias.indices.filter { $0 != classIndex } }

  /// The real margin.
  public func margin(_ x: [Double]) -> Rational {
    let outputs = outputs(x)
    return rivals.map { outputs[$0] - outputs[classIndex] }.max() ?? 0
  }

  /// Whether the point meets the conditions exactly.
  public func meetsConditions(_ x: [Double]) -> Bool {
    let outputs = outputs(x)
    return conditions.allSatisfy { condition in
      let left = zip(condition.inputs, x).reduce(0 as Rational) { $0 + Rational($1.0) * Rational($1.1) }
      return zip(condition.outputs, outputs).reduce(left) { $0 + Rational($1.0) * $1.1 } <= Rational(condition.right)
    }
  }

  // MARK: Over the region

  /// The largest real margin over the points that meet the conditions; nil where there are none.
  public func largestMargin() -> Rational? {
    var polygons = [(corners: region, functions: [[1.0, 0], [0, 1]].map { identity($0) })]
    for (number, layer) in layers.enumerated() {
      polygons = polygons.map { polygon in
        (
          polygon.corners,
          zip(layer.weight, layer.bias).map { Affine.sum($0, of: polygon.functions, $1) }
        )
      }
      guard number + 1 < layers.count else { break }
      for neuron in layer.bias.indices where hasReLU(number, neuron) {
        polygons = polygons.flatMap { polygon -> [(corners: [[Rational]], functions: [Affine])] in
          let function = polygon.functions[neuron]
          var off = polygon.functions
          off[neuron] = Affine(slope: [0, 0], constant: 0)
          return [
            (ExactProblem.cut(polygon.corners, where: function, isAtLeast: true), polygon.functions),
            (ExactProblem.cut(polygon.corners, where: function, isAtLeast: false), off),
          ].filter { !$0.0.isEmpty }
        }
      }
    }
    var best: Rational?
    for polygon in polygons {
      var corners = polygon.corners
      for condition in conditions {
        let outputs = Affine.sum(condition.outputs, of: polygon.functions, -condition.right)
        let left = Affine.sum([1] + condition.inputs, of: [outputs, identity([1, 0]), identity([0, 1])], 0)
        corners = ExactProblem.cut(corners, where: left, isAtLeast: false)
      }
      for corner in corners {
        let values = polygon.functions.map { $0.value(corner) }
        for rival in rivals where best.map({ values[rival] - values[classIndex] > $0 }) ?? true {
          best = values[rival] - values[classIndex]
        }
      }
    }
    return best
  }

  private func identity(_ slope: [Double]) -> Affine { Affine(slope: slope.map { Rational($0) }, constant: 0) }

  private var region: [[Rational]] {
    let (low, high) = (lower.map { Rational($0) }, upper.map { Rational($0) })
    var corners = [[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]]
    let signs: [[Double]] =
      norm == "box"
      ? [] : norm == "linf" ? [[1, 0], [-1, 0], [0, 1], [0, -1]] : [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    for sign in signs {
      var change = identity(sign)
      change.constant = 0 - change.value(input.map { Rational($0) }) - Rational(epsilon)
      corners = ExactProblem.cut(corners, where: change, isAtLeast: false)
    }
    return corners
  }

  /// The part of a polygon in which `function` is at least, or at most, 0 (Sutherland and Hodgman, "Reentrant polygon
  /// clipping", 1974).
  private static func cut(_ corners: [[Rational]], where function: Affine, isAtLeast: Bool) -> [[Rational]] {
    let values = corners.map { isAtLeast ? function.value($0) : 0 - function.value($0) }
    var kept: [[Rational]] = []
    for index in corners.indices {
      let next = (index + 1) % corners.count
      if values[index] >= 0 { kept.append(corners[index]) }
      if (values[index] < 0 && values[next] > 0) || (values[index] > 0 && values[next] < 0) {
        let share = values[index] / (values[index] - values[next])
        kept.append((0...1).map { corners[index][$0] + share * (corners[next][$0] - corners[index][$0]) })
      }
    }
    return kept
  }

  // MARK: For scripts

  /// The problem as a Lua table `{ layers =, problem = }` whose numbers are the very same.
  public var lua: String {
    func list(_ values: [Double]) -> String { "{" + values.map { "\($0)" }.joined(separator: ",") + "}" }
    let layers = layers.enumerated().map { number, layer in
      let rectified = layer.bias.indices.filter { hasReLU(number, $0) }.map { String($0 + 1) }.joined(separator: ",")
      return "{weight={" + layer.weight.map(list).joined(separator: ",") + "},bias=\(list(layer.bias))"
        + (passed.isEmpty ? "" : ",rectified={\(rectified)}") + "}"
    }
    let conditions = conditions.map { condition in
      let inputs = condition.inputs.isEmpty ? "" : "inputs=\(list(condition.inputs)),"
      let outputs = condition.outputs.isEmpty ? "" : "outputs=\(list(condition.outputs)),"
      return "{\(inputs)\(outputs)relation='<=',right=\(condition.right)}"
    }
    return "{layers={\(layers.joined(separator: ","))},problem={input=\(list(input)),lower=\(list(lower)),"
      + "upper=\(list(upper)),norm='\(norm)'," + (norm == "box" ? "" : "epsilon=\(epsilon),rows=2,")
      + "class=\(classIndex + 1)," + (target.map { "target=\($0 + 1)," } ?? "")
      + "constraints={\(conditions.joined(separator: ","))}}}"
  }
}
