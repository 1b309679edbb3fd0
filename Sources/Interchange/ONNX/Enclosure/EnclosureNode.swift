import Tensors

/// Bounds of what a node computes, for operands between bounds: interval arithmetic on whole tensors (Moore, "Interval
/// Analysis", 1966), with the operators themselves from `ReplayOperators`.
///
/// Most operators rise or fall in each operand on its own, element by element, so that their extremes lie where operands
/// are at their bounds. What sums products is taken as a centre and a radius.
struct EnclosureNode {
  let node: ONNXNode
  let operands: [EnclosedTensor?]

  /// Operators whose elements rise or fall in an element of each of the first two operands; further operands are constant.
  private static let monotone: Set = [
    "Add", "And", "BatchNormalization", "Cast", "CastLike", "Ceil", "Clip", "Div", "Exp", "Floor", "Greater",
    "GreaterOrEqual", "HardSigmoid", "LeakyRelu", "Less", "LessOrEqual", "Log", "Mul", "Neg", "Not", "Or", "Reciprocal",
    "Relu", "Round", "Sigmoid", "Sign", "Sqrt", "Sub", "Tanh",
  ]
  /// Those that may turn at 0.
  private static let turning: Set = ["Abs", "PRelu", "Pow"]
  /// Those that rise in every element of every operand.
  private static let rising: Set = [
    "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Max", "MaxPool", "Mean", "Min", "ReduceMax", "ReduceMean",
    "ReduceMin", "ReduceSum", "Sum",
  ]
  /// Those that sum products of elements of the first two operands, and may add a third.
  private static let products: Set = ["Conv", "ConvTranspose", "Einsum", "Gemm", "MatMul"]
  /// Those whose result does not lie between those of an operand's bounds where that has 0 inside.
  private static let poles: Set = ["Div", "Pow", "Reciprocal"]

  /// The results.
  ///
  /// - Throws: `NodeFailure` when the operator has no bounds here, or its operands are not what it takes.
  func run() throws -> [EnclosedTensor] {
    let name = node.type
    let varying = operands.indices.filter { operands[$0]?.isPoint == false }
    if name == "Shape" || name == "Size" || name == "ConstantOfShape" && varying.isEmpty {
      return try run(operands.map { $0?.lower }).map { EnclosedTensor($0) }
    }
    if ReplayOperators.moving[name] != nil, name != "Where" || !varying.contains(0) {
      guard varying.allSatisfy({ operands[$0]?.type.isReal == true }) else { throw unsupported }
      return try zip(run(operands.map { $0?.lower }), run(operands.map { $0?.upper })).map {
        EnclosedTensor(lower: $0, upper: $1)
      }
    }
    if EnclosureNode.products.contains(name) { return [try products(varying)] }
    if EnclosureNode.rising.contains(name) { return [try rising()] }
    if name == "Equal" { return [try equality()] }
    if name == "Where" { return [try choice()] }
    if name == "Cast", node.integer("to", default: 0) == ElementType.boolean.onnxCode { return [try truth()] }
    let turns = EnclosureNode.turning.contains(name)
    guard turns || EnclosureNode.monotone.contains(name), varying.allSatisfy({ $0 < (turns ? 1 : 2) }) else {
      throw unsupported
    }
    return [try corners(varying, turns: turns)]
  }

  private var unsupported: NodeFailure { NodeFailure("the operator \(node.type) has no bounds for such operands") }

  private func run(_ operands: [ONNXTensor?], _ node: ONNXNode? = nil) throws -> [ONNXTensor] {
    try ReplayNode(node: node ?? self.node, operands: operands).run()
  }

  private func operand(_ position: Int) throws -> EnclosedTensor {
    guard operands.indices.contains(position), let value = operands[position] else {
      throw NodeFailure("its input \(position + 1) is missing")
    }
    return value
  }

  // MARK: Extremes at the bounds of operands

  private func corners(_ varying: [Int], turns: Bool) throws -> EnclosedTensor {
    var choices: [[ONNXTensor?]] = [operands.map { $0?.lower }]
    for position in varying {
      guard let operand = operands[position] else { continue }
      let ends = [operand.lower, operand.upper] + (turns ? [operand.nearestToZero] : [])
      choices = choices.flatMap { choice in
        ends.map { end in
          var next = choice
          next[position] = end
          return next
        }
      }
    }
    let results = try choices.map { try run($0)[0] }
    var result = EnclosedTensor(spanning: results)
    if EnclosureNode.poles.contains(node.type) { result = try withoutPoles(result) }
    if ["Sigmoid", "Tanh", "Exp", "Log", "Pow"].contains(node.type) {
      // Libraries compute these to some units in the last place, some only of 1.
      return result.widened(terms: 16, sizes: result.reach.elements.map { max($0, 1) })
    }
    guard node.type == "BatchNormalization" else { return result.widened(terms: 4, sizes: result.reach.elements) }
    return result.widened(terms: 8, sizes: try normalizationSizes())
  }

  /// Where a divisor, or the base of a negative power, may be 0, nothing is known.
  private func withoutPoles(_ result: EnclosedTensor) throws -> EnclosedTensor {
    let isPower = node.type == "Pow"
    let divisor = try operand(node.type == "Div" ? 1 : 0)
    let signs = ONNXTensor(
      shape: divisor.shape,
      elements: zip(divisor.lower.elements, divisor.upper.elements).map { $0 <= 0 && $1 >= 0 ? .nan : 0 },
      type: divisor.type)
    let hasPoles = try !isPower || operand(1).lower.elements.contains { $0 < 0 }
    guard hasPoles, signs.elements.contains(where: \.isNaN) else { return result }
    var (lower, upper) = (result.lower, result.upper)
    let places =
      divisor.shape == result.shape
      ? Array(signs.elements.indices) : Shape.stretch(divisor.shape, to: result.shape)
    for (index, place) in places.enumerated() where signs.elements[place].isNaN {
      (lower.elements[index], upper.elements[index]) = (.nan, .nan)
    }
    return EnclosedTensor(lower: lower, upper: upper)
  }

  /// What the terms of a normalisation add up to: (|x| + |mean|) |scale| / deviation + |bias|.
  private func normalizationSizes() throws -> [Double] {
    let value = try operand(0)
    let parameters = try (1...4).map { try operand($0).reach.elements }
    let epsilon = node.number("epsilon", default: 1e-5)
    let inner = value.shape[2...].reduce(1, *)
    return value.reach.elements.enumerated().map { index, size in
      let channel = index / inner % value.shape[1]
      let slope = parameters[0][channel] / (parameters[3][channel] + epsilon).squareRoot()
      return (size + parameters[2][channel]) * slope + parameters[1][channel]
    }
  }

  private func rising() throws -> EnclosedTensor {
    let lower = try run(operands.map { $0?.lower })[0]
    let upper = try run(operands.map { $0?.upper })[0]
    let sizes = try run(operands.enumerated().map { $1?.type.isReal == true ? $1?.reach : $1?.lower })[0]
    let terms = operands.reduce(4) { $0 + ($1?.count ?? 0) }
    return EnclosedTensor(lower: lower, upper: upper).widened(terms: terms, sizes: sizes.elements.map(abs))
  }

  // MARK: Sums of products

  /// (a ± r) (b ± s) lies within |a| s + r |b| + r s of a b.
  private func products(_ varying: [Int]) throws -> EnclosedTensor {
    guard varying.allSatisfy({ $0 < 2 }), operands.count >= 2, operands.count <= 3 else { throw unsupported }
    let ((a, r), (b, s)) = (try operand(0).ball, try operand(1).ball)
    func sizes(_ tensor: ONNXTensor) -> ONNXTensor {
      ONNXTensor(shape: tensor.shape, elements: tensor.elements.map(abs), type: tensor.type)
    }
    let third: [ONNXTensor?] = operands.count == 3 ? [operands[2]?.lower] : []
    let center = try run([a, b] + third)[0]
    let missing: [ONNXTensor?] = []
    func magnitude(_ first: ONNXTensor, _ second: ONNXTensor) throws -> [Double] {
      try run([first, second] + missing)[0].elements.map(abs)
    }
    let radii = [
      try magnitude(sizes(a), s), try magnitude(r, sizes(b)), try magnitude(r, s),
    ]
    var (lower, upper) = (center, center)
    var reach = try magnitude(try operand(0).reach, try operand(1).reach)
    // What a third operand adds, by what it adds to zeros.
    if !third.isEmpty {
      let zeros = ONNXTensor(shape: a.shape, elements: a.elements.map { _ in 0 }, type: a.type)
      for (index, offset) in try run([zeros, b] + third)[0].elements.enumerated() { reach[index] += abs(offset) }
    }
    for index in center.elements.indices {
      let radius = radii.reduce(0) { $0 + $1[index] }
      lower.elements[index] -= radius
      upper.elements[index] += radius
    }
    let terms = min(a.elements.count, b.elements.count) + 8
    return EnclosedTensor(lower: lower, upper: upper).widened(terms: terms, sizes: reach)
  }

  // MARK: Truth values

  private func equality() throws -> EnclosedTensor {
    let (first, second) = (try operand(0), try operand(1))
    func compare(_ name: String, _ a: ONNXTensor, _ b: ONNXTensor) throws -> ONNXTensor {
      var proto = node.proto
      proto.opType = name
      return try run([a, b], ONNXNode(proto: proto, name: node.name, version: node.version))[0]
    }
    // Surely equal where both are one and the same number, and surely not where the bounds are apart.
    let same = try compare("Equal", first.lower, second.upper)
    let alsoSame = try compare("Equal", first.upper, second.lower)
    let below = try compare("Less", first.upper, second.lower)
    let above = try compare("Greater", first.lower, second.upper)
    var (lower, upper) = (same, same)
    for index in same.elements.indices {
      lower.elements[index] = same.elements[index] == 1 && alsoSame.elements[index] == 1 ? 1 : 0
      upper.elements[index] = below.elements[index] == 1 || above.elements[index] == 1 ? 0 : 1
    }
    return EnclosedTensor(lower: lower, upper: upper)
  }

  /// Both of what may be chosen, where the condition is open.
  private func choice() throws -> EnclosedTensor {
    let condition = try operand(0)
    let results = try [condition.lower, condition.upper].flatMap { condition in
      [
        try run([condition, operands[1]?.lower, operands[2]?.lower]),
        try run([condition, operands[1]?.upper, operands[2]?.upper]),
      ]
    }
    return EnclosedTensor(spanning: results.map { $0[0] })
  }

  private func truth() throws -> EnclosedTensor {
    let value = try operand(0)
    var (lower, upper) = (try run([value.lower])[0], try run([value.upper])[0])
    for index in lower.elements.indices {
      let (low, high) = (value.lower.elements[index], value.upper.elements[index])
      lower.elements[index] = low <= 0 && high >= 0 ? 0 : 1
      upper.elements[index] = low == 0 && high == 0 ? 0 : 1
    }
    return EnclosedTensor(lower: lower, upper: upper)
  }
}
