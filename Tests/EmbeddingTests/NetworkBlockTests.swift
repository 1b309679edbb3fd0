import Embedding
import Essentials
import MILP
import Networks
import Solvers
import TestSupport
import Tensors
import Testing
import Verification

/// Networks in models of one's own, against forward passes at every whole point.
@Suite struct NetworkBlockTests {
  private func network(_ widths: [Int], using random: inout RandomSource) throws -> Network {
    try Network(
      layers: zip(widths, widths.dropFirst()).map { inputs, outputs in
        try Layer(
          weight: Tensor((0..<inputs * outputs).map { _ in random.normal() }, shape: [outputs, inputs]),
          bias: Tensor((0..<outputs).map { _ in random.normal() }))
      })
  }

  private func options(_ formulation: Formulation = .bigM, by method: BoundMethod = .backward) -> EmbeddingOptions {
    var options = EmbeddingOptions { try method.ranges($0, lower: $1, upper: $2) }
    options.formulation = formulation
    return options
  }

  /// Whole points of a box.
  private func grid(_ lower: [Int], _ upper: [Int]) -> [[Double]] {
    zip(lower, upper).reduce([[]]) { points, range in
      points.flatMap { point in (range.0...range.1).map { point + [Double($0)] } }
    }
  }

  @Test(arguments: 0..<24) func optimumIsTheBestWholePoint(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let widths = [[3, 5, 1], [3, 1], [2, 4, 4, 2], [3, 6, 5, 1]][seed % 4]
    let network = try network(widths, using: &random)
    let formulation = [Formulation.bigM, .partition(2), .partition(9)][seed % 3]
    let method = BoundMethod.all[seed / 4 % 3]
    let model = Model()
    let x = try model.addVariables(widths[0], kind: .integer, lower: [-2], upper: [2])
    // A fixed input among them.
    if seed.isMultiple(of: 2) { try model.setBounds(of: x[0], lower: 1, upper: 1) }
    let block = try model.networkBlock(model.embed(network, [x], options: options(formulation, by: method)))
    try model.constrain(LinearExpression(sumOf: x), .lessOrEqual, 1)
    let weights = block.outputs[0].map { _ in random.normal() }
    try model.setObjective(LinearExpression(weights, block.outputs[0]), .maximize)
    let low =
      seed.isMultiple(of: 2) ? [1] + [Int](repeating: -2, count: widths[0] - 1) : [Int](repeating: -2, count: widths[0])
    let high =
      seed.isMultiple(of: 2) ? [1] + [Int](repeating: 2, count: widths[0] - 1) : [Int](repeating: 2, count: widths[0])
    let best =
      try grid(low, high).filter { $0.reduce(0, +) <= 1 }
      .map { zip(weights, try network.forward($0)).reduce(0) { $0 + $1.0 * $1.1 } }.max() ?? .nan
    let solution = try GLPKSolver().solve(model)
    #expect(solution.status == .optimal && abs((solution.objective ?? .nan) - best) < 1e-6, "seed \(seed)")
    #expect(!solution.warnings.contains { $0.contains("block") })
    let values = try #require(solution.values)
    #expect(try block.error(at: values, in: model).error < 1e-7)
    // A forward pass from any input is a point of the model.
    var point = values
    for variable in x { point[variable.index] = 0 }
    if seed.isMultiple(of: 2) { point[x[0].index] = 1 }
    let completed = try model.completed(point)
    #expect(try model.violation(at: completed).largest < 1e-9)
  }

  /// A batch, a chain, outputs tied to variables that exist, and one variable twice.
  @Test(arguments: 0..<8) func blocksCombine(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let first = try network([2, 4, 2], using: &random)
    let second = try network([2, 4, 1], using: &random)
    let model = Model()
    let x = try model.addVariables(2, kind: .integer, lower: [-1], upper: [2])
    let rows = [[x[0], x[1]], [x[1], x[1]]]
    let batch = try model.networkBlock(model.embed(first, rows, options: options()))
    #expect(batch.ranges.count == 2 && batch.ranges[0] == batch.ranges[1], "equal boxes share ranges")
    let given = try model.addVariable(lower: -100, upper: 100)
    var tied = options()
    tied.outputs = [[given]]
    tied.name = "tied"
    let chain = try model.networkBlock(model.embed(second, [batch.outputs[0]], options: tied))
    #expect(!chain.ownsOutputs && chain.outputs == [[given]])
    try model.setObjective(given + batch.outputs[1][0], .minimize)
    let best = try grid([-1, -1], [2, 2]).map { point in
      try second.forward(first.forward(point))[0] + first.forward([point[1], point[1]])[0]
    }.min()
    let solution = try GLPKSolver().solve(model)
    #expect(abs((solution.objective ?? .nan) - (best ?? .nan)) < 1e-6, "seed \(seed)")
    #expect(throws: Misuse.self) { try model.remove(model.blocks[0].handle) }
  }

  @Test(arguments: 0..<8) func replacingMakesTheModelOfTheOther(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let (dense, other) = (try network([3, 5, 5, 1], using: &random), try network([3, 4, 1], using: &random))
    func build(_ network: Network) throws -> (Model, [Variable], BlockHandle) {
      let model = Model()
      let x = try model.addVariables(3, lower: [-1], upper: [1])
      let handle = try model.embed(network, [x], options: options())
      try model.constrain(x[0] + x[1] + x[2], .lessOrEqual, 0.5)
      try model.setObjective(LinearExpression(try model.networkBlock(handle).outputs[0][0]), .maximize)
      return (model, x, handle)
    }
    let (model, x, handle) = try build(dense)
    let before = try GLPKSolver().solve(model).objective
    let copy = model.copy()
    try copy.replace(handle, by: other)
    let expected = try GLPKSolver().solve(build(other).0).objective
    let solution = try GLPKSolver().solve(copy)
    #expect(abs((solution.objective ?? .nan) - (expected ?? .infinity)) < 1e-6, "seed \(seed)")
    #expect(solution.values(of: x) != nil, "the handles of the original")
    #expect(try GLPKSolver().solve(model).objective == before, "the original is as it was")
    // Back again, twice.
    try copy.replace(handle, by: dense)
    try copy.replace(handle, by: dense)
    #expect(abs((try GLPKSolver().solve(copy).objective ?? .nan) - (before ?? .nan)) < 1e-6)
    #expect(throws: Misuse.self) { try copy.replace(handle, by: self.network([2, 2, 1], using: &random)) }
    // Gone.
    #expect(throws: Misuse.self) { try model.remove(handle) }
    let output = try model.networkBlock(handle).outputs[0][0]
    try model.setObjective(LinearExpression(), .maximize)
    try model.remove(handle)
    #expect(model.blocks.isEmpty && model.constraints.count == 1 && model.variables.count == 3)
    #expect(throws: Misuse.self) { try model.networkBlock(handle) }
    #expect(throws: Misuse.self) { try model.bounds(of: output) }
  }

  /// The piece at an input has that input's value, its optimum is at least as good, and is a point of the network.
  @Test(arguments: 0..<12) func piecesAreWhatPhasesLeave(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let network = try network([[3, 6, 6, 1], [2, 5, 2]][seed % 2], using: &random)
    let model = Model()
    let x = try model.addVariables(network.inputCount, lower: [-1], upper: [1])
    let block = try model.networkBlock(model.embed(network, [x], options: options()))
    try model.setObjective(LinearExpression(sumOf: block.outputs[0]), .maximize)
    let whole = try #require(try GLPKSolver().solve(model).objective)
    for _ in 0..<5 {
      let input = x.map { _ in 2 * random.uniform() - 1 }
      var point = [Double](repeating: .nan, count: model.columnCount)
      for (variable, value) in zip(x, input) { point[variable.index] = value }
      let piece = try model.piece(at: point)
      let solution = try GLPKSolver().solve(piece)
      let objective = try #require(solution.objective)
      let at = try #require(solution.values(of: x))
      #expect(objective >= (try network.forward(input).reduce(0, +)) - 1e-7 && objective <= whole + 1e-6)
      #expect(abs(try network.forward(at).reduce(0, +) - objective) < 1e-6, "seed \(seed)")
    }
  }

  /// At 0 a neuron that is always active looks inactive: the piece goes by what it is.
  @Test func stableNeuronsKeepTheirPhaseInPieces() throws {
    let network = try Network(layers: [
      Layer(weight: Tensor([1], shape: [1, 1]), bias: Tensor([0])),
      Layer(weight: Tensor([1], shape: [1, 1]), bias: Tensor([0])),
    ])
    let model = Model()
    let x = try model.addVariable(lower: 0, upper: 1)
    let exact = EmbeddingOptions { _, _, _ in PreactivationRanges(lower: [[0], [0]], upper: [[1], [1]]) }
    let block = try model.networkBlock(model.embed(network, [[x]], options: exact))
    try model.setObjective(LinearExpression(block.outputs[0][0]), .maximize)
    let piece = try model.piece(at: [Double](repeating: 0, count: model.columnCount))
    #expect(try GLPKSolver().solve(piece).objective == 1)
  }

  @Test func whatCannotStandIsRefused() throws {
    var random = RandomSource(seed: 5)
    let network = try network([2, 3, 1], using: &random)
    let model = Model(name: "own")
    let x = try model.addVariables(2, prefix: "x", lower: [0], upper: [1])
    let free = try model.addVariable(name: "free")
    let stranger = try Model().addVariables(2, upper: [1])
    func message(_ inputs: [[Variable]], _ change: (inout EmbeddingOptions) -> Void = { _ in }) throws -> String {
      var options = options()
      change(&options)
      let rows = (model.rowCount, model.columnCount)
      let error = #expect(throws: Misuse.self) { try model.embed(network, inputs, options: options) }
      #expect(rows == (model.rowCount, model.columnCount) && model.blocks.isEmpty, "nothing was added")
      return error?.message ?? ""
    }
    #expect(try message([[x[0], free]]).contains("free"))
    #expect(try message([stranger]).contains("another model"))
    #expect(try message([[x[0]]]).contains("expected 2 inputs, got 1"))
    #expect(try message([]).contains("at least one row"))
    #expect(try message([x]) { $0.outputs = [x] }.contains("outputs"))
    #expect(try message([x]) { $0.scale.inputFactor = [1, 0] }.contains("input_factor"))
    #expect(try message([x]) { $0.scale.outputOffset = [1, 0] }.contains("output_offset"))
    #expect(
      try message([x]) { $0.ranges = { _, _, _ in PreactivationRanges(lower: [], upper: []) } }.contains("bounds"))
    network.layers[0].bias.base[0] = .nan
    #expect(try message([x]).contains("finite"))
    network.layers[0].bias.base[0] = 0
    // A box that grows afterwards is told at the solve; one that shrinks is fine.
    let handle = try model.embed(network, [x], options: options())
    try model.setBounds(of: x[1], lower: 0.5, upper: 0.75)
    #expect(try GLPKSolver().solve(model).status == .optimal)
    try model.setBounds(of: x[1], lower: 0, upper: 1.5)
    #expect(#expect(throws: Misuse.self) { try GLPKSolver().solve(model) }?.message.contains("x2") == true)
    try model.replace(handle, by: network)
    #expect(try GLPKSolver().solve(model).status == .optimal)
    // A block's rows and columns are the block's.
    let block = try model.networkBlock(handle)
    #expect(throws: Misuse.self) { try model.remove([model.constraints[0]]) }
    #expect(throws: Misuse.self) { try model.remove([block.outputs[0][0]]) }
    #expect(throws: Misuse.self) { try model.truncateRows(to: 1) }
  }

  /// (x - offset) / factor before, y · factor + offset after.
  @Test func scalesAreFoldedIn() throws {
    var random = RandomSource(seed: 8)
    let network = try network([2, 5, 2], using: &random)
    var scale = NetworkScale()
    scale.inputOffset = [1, -2]
    scale.inputFactor = [0.5, 4]
    scale.outputFactor = [3]
    scale.outputOffset = [0.25, -1]
    let folded = try scale.folded(into: network)
    for _ in 0..<20 {
      let x = [random.normal(), random.normal()]
      let inner = try network.forward([(x[0] - 1) / 0.5, (x[1] + 2) / 4])
      let outer = try folded.forward(x)
      #expect(abs(outer[0] - (3 * inner[0] + 0.25)) < 1e-12 && abs(outer[1] - (3 * inner[1] - 1)) < 1e-12)
    }
  }

  /// With rows around a small part of a wide box, bounds from rows decide more neurons; the optimum stays what it is.
  @Test(arguments: 0..<6) func rowsTightenNeurons(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let network = try network([2, 6, 5, 1], using: &random)
    func build(_ solver: RowTightening.Solver?) throws -> (Model, NetworkBlock, BlockHandle) {
      let model = Model()
      let x = try model.addVariables(2, lower: [-50], upper: [50])
      let sum = try model.addVariable(name: "sum", lower: -1, upper: 1)
      try model.constrain(x[0] + x[1], .equal, sum)
      try model.constrain(x[0] - x[1], from: -1, to: 1)
      var options = options()
      options.rowSolver = solver
      let handle = try model.embed(network, [x], options: options)
      let block = try model.networkBlock(handle)
      try model.setObjective(LinearExpression(block.outputs[0][0]), .maximize)
      return (model, block, handle)
    }
    let (wide, loose, _) = try build(nil)
    let (narrow, tight, handle) = try build { try GLPKSolver().solve($0).rowDuals }
    #expect(tight.record.binaries < loose.record.binaries, "seed \(seed)")
    for layer in 0..<3 {
      for neuron in tight.ranges[0].lower[layer].indices {
        #expect(tight.ranges[0].lower[layer][neuron] >= loose.ranges[0].lower[layer][neuron])
        #expect(tight.ranges[0].upper[layer][neuron] <= loose.ranges[0].upper[layer][neuron])
      }
    }
    let (a, b) = (try GLPKSolver().solve(wide).objective, try GLPKSolver().solve(narrow).objective)
    #expect(abs((a ?? .nan) - (b ?? .infinity)) < 1e-5)
    // What the bounds rest on may not go away unnoticed.
    try narrow.replace(handle, by: network)
    #expect(abs((try GLPKSolver().solve(narrow).objective ?? .nan) - (a ?? .infinity)) < 1e-5)
    let sum = try #require(narrow.variable(named: "sum"))
    try narrow.setBounds(of: sum, lower: -2, upper: 1)
    #expect(throws: Misuse.self) { try GLPKSolver().solve(narrow) }
    try narrow.setBounds(of: sum, lower: -1, upper: 1)
    try narrow.setBounds(of: narrow.constraints[0], lower: -2, upper: 2)
    #expect(#expect(throws: Misuse.self) { try GLPKSolver().solve(narrow) }?.message.contains("rows") == true)
  }

  /// Any duals give bounds that every point of the rows keeps, and good ones the exact ends.
  @Test(arguments: 0..<10) func rowsImplyBoxes(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let model = Model()
    let x = try model.addVariables(3, lower: [-1e3], upper: [1e3])
    let inside = x.map { _ in random.normal() }
    for _ in 0..<8 {
      let weights = x.map { _ in random.normal() }
      let value = zip(weights, inside).reduce(0) { $0 + $1.0 * $1.1 }
      try model.constrain(LinearExpression(weights, x), from: value - random.uniform(), to: value + random.uniform())
    }
    let exact = try RowTightening.boxes([x], in: model) { try GLPKSolver().solve($0).rowDuals }[0]
    let wild = try RowTightening.boxes([x], in: model) { model in (0..<model.rowCount).map { _ in random.normal() } }[0]
    for place in 0..<3 {
      for box in [exact, wild] { #expect(box.lower[place] <= inside[place] && inside[place] <= box.upper[place]) }
      try model.setObjective(LinearExpression(x[place]), .maximize)
      let most = try #require(try GLPKSolver().solve(model).objective)
      #expect(exact.upper[place] >= most - 1e-9 && exact.upper[place] <= most + 1e-6, "seed \(seed)")
    }
  }
}
