import CKernels

/// One batch forward and backward in Float32, in buffers that are made once.
///
/// A batch goes through the layers feature by feature, `lanes` examples side by side; a larger one in several blocks, whose
/// gradients add up. Pixels that are black in a whole block, as the margins of MNIST's pictures are, are left out of it: the
/// same sums without the zeros.
///
/// Several threads share a block's lanes until its gradients with respect to all preactivations are there, and then the
/// parameters: each number is computed by one thread in one order, whichever it is.
final class TrainingPass {
  /// How many examples lie side by side.
  static let lanes = Int(kernel_lanes)
  /// How many lanes have a sum of losses of their own.
  private static let halfLanes = lanes / 2

  let layout: ParameterLayout
  /// The gradient of the last `differentiate` where that was not asked to hand it out at once, laid out like the parameters.
  let gradient: FloatBuffer

  private let loss: Loss
  private let layers: [LayerPass]
  private let team: ThreadTeam
  private let labels: UnsafeMutablePointer<Int32>
  private let halves: [HalfSums]
  /// The gradient of one part of the parameters, for each member of the team.
  private let scratch: [FloatBuffer]
  /// What the first layer reads, of this block and of the next.
  private let inputs: [InputBlock]
  private var current = 0

  /// What is added up over half of a block, by one thread.
  private final class HalfSums {
    var loss = 0.0
    var hits: Int64 = 0
    let squares: UnsafeMutableBufferPointer<Double>

    init(outputs: Int) { squares = .allocate(capacity: outputs) }
    deinit { squares.deallocate() }

    func clear() {
      (loss, hits) = (0, 0)
      squares.initialize(repeating: 0)
    }
  }

  /// A pass through `network`, whose connections and ReLUs are taken, but whose parameters are not looked at.
  ///
  /// - Throws: `OutsideFailure` when there is no memory for the buffers.
  init(_ network: Network, layout: ParameterLayout, loss: Loss, team: ThreadTeam) throws {
    self.layout = layout
    self.loss = loss
    self.team = team
    gradient = try FloatBuffer(layout.count)
    let last = layout.layers.count - 1
    layers = try layout.layers.indices.map {
      try LayerPass(network.layers[$0], layout.layers[$0], isLast: $0 == last)
    }
    inputs = try (0..<2).map { _ in try InputBlock(sources: layout.layers[0].sources, width: network.inputCount) }
    let largest = layout.parts.reduce(0) { max($0, $1.places.count) }
    scratch = try (0..<team.members).map { _ in try FloatBuffer(largest) }
    halves = (0..<2).map { _ in HalfSums(outputs: layout.layers[last].outputs) }
    labels = .allocate(capacity: TrainingPass.lanes)
  }

  deinit { labels.deallocate() }

  /// What is added up over the examples.
  struct Sums {
    var loss = 0.0
    /// Examples classified as their class, or outputs on the right side with the logistic loss.
    var hits: Int64 = 0
    /// The squared errors of each output; none with cross-entropy.
    var squares: [Double]

    init(outputs: Int) { squares = [Double](repeating: 0, count: outputs) }
  }

  /// Some examples of a data set: `rows` at `order`, which goes on with `ahead` that will be wanted later, `next` of them
  /// first.
  struct Batch {
    let data: TrainingData
    let order: UnsafePointer<Int32>
    let rows: Int
    let ahead: Int
    let next: Int

    /// A batch of at most `size` from `first` on of `count` examples.
    init(_ data: TrainingData, _ order: UnsafePointer<Int32>, first: Int, size: Int, count: Int) {
      self.data = data
      self.order = order + first
      rows = min(size, count - first)
      ahead = count - first - rows
      next = min(size, ahead)
    }

    /// One of the blocks that a batch goes through the layers in, from its example `first` on.
    fileprivate init(_ batch: Batch, first: Int) {
      data = batch.data
      order = batch.order + first
      rows = min(TrainingPass.lanes, batch.rows - first)
      let rest = batch.rows - first - rows
      ahead = rest + batch.ahead
      next = min(TrainingPass.lanes, rest > 0 ? rest : batch.next)
    }

    /// The block after this one.
    var following: Batch { Batch(data, order + rows, first: 0, size: next, count: ahead) }
  }

  /// Is given the gradient of the parameters at `places`, once for each place, by several threads at once.
  typealias Receiver = (_ places: Range<Int>, _ gradient: UnsafeMutablePointer<Float>) -> Void

  /// Computes the outputs for a batch, and adds up the losses.
  ///
  /// - Returns: the sum of the losses.
  func evaluate(_ parameters: FloatBuffer, _ batch: Batch, alone: Bool, _ sums: inout Sums) -> Double {
    forEachBlock(of: batch) { block, _ in forward(parameters, block, of: batch.rows, alone, wantsSlopes: false, &sums) }
  }

  /// The same, and computes the gradient of the mean loss.
  ///
  /// - Parameters:
  ///   - alone: whether the team's first member does all of it; no number depends on it.
  ///   - receiver: what it is handed to while it is in the cache, if the loss is finite; without, all of it is in
  ///     `gradient` at the end.
  func differentiate(
    _ parameters: FloatBuffer, _ batch: Batch, alone: Bool, _ sums: inout Sums, receiver: Receiver?
  ) -> Double {
    let isOneBlock = batch.rows <= TrainingPass.lanes
    return forEachBlock(of: batch) { block, isLast in
      let sum = forward(parameters, block, of: batch.rows, alone, wantsSlopes: true, &sums)
      guard sum.isFinite else { return sum }
      let (input, next) = (inputs[current], inputs[1 - current])
      let adds = block.order > batch.order
      // The next pictures are gathered meanwhile.
      team.share(layout.parts.count + 1, alone: alone) { item, member in
        guard item > 0 else { return next.prepare(block) }
        let part = layout.parts[item - 1]
        let target =
          isOneBlock && receiver != nil ? scratch[member].base : gradient.base + part.places.lowerBound
        layers[part.layer].gradient(part, below(part.layer, input), rows: block.rows, adds: adds, target)
        if isLast { receiver?(part.places, target) }
      }
      return sum
    }
  }

  /// To be called when an order has changed.
  func forgetExamples() { for input in inputs { input.forget() } }

  private func forEachBlock(of batch: Batch, _ body: (_ block: Batch, _ isLast: Bool) -> Double) -> Double {
    var total = 0.0
    for first in stride(from: 0, to: batch.rows, by: TrainingPass.lanes) {
      total += body(Batch(batch, first: first), first + TrainingPass.lanes >= batch.rows)
    }
    return total
  }

  /// What layer `k` reads.
  private func below(_ k: Int, _ input: InputBlock) -> kernel_batch { k == 0 ? input.batch : layers[k - 1].batch }

  /// Computes the outputs of a block of a batch of `total`, adds up the losses, and, where wanted, computes the gradients
  /// with respect to all preactivations.
  private func forward(
    _ parameters: FloatBuffer, _ block: Batch, of total: Int, _ alone: Bool, wantsSlopes: Bool, _ sums: inout Sums
  ) -> Double {
    if inputs[1 - current].holds(block) { current = 1 - current }
    let input = inputs[current]
    input.fill(block)
    let isShared = !alone && team.members > 1 && block.rows > TrainingPass.halfLanes
    team.share(isShared ? 2 : 1) { item, _ in
      let first = item * TrainingPass.halfLanes
      let last = isShared && item == 0 ? TrainingPass.halfLanes : block.rows
      let lanes = LayerPass.Lanes(first: first, rows: last - first)
      for (k, layer) in layers.enumerated() { layer.forward(parameters, below(k, input), lanes) }
      for half in first / TrainingPass.halfLanes..<(last + TrainingPass.halfLanes - 1) / TrainingPass.halfLanes {
        addLosses(block, half, of: total)
      }
      guard wantsSlopes else { return }
      for k in layers.indices.reversed() { layers[k].back(parameters, to: k == 0 ? nil : layers[k - 1], lanes) }
    }
    var sum = 0.0
    for half in halves.prefix(block.rows > TrainingPass.halfLanes ? 2 : 1) {
      sum += half.loss
      sums.hits += half.hits
      for k in sums.squares.indices { sums.squares[k] += half.squares[k] }
    }
    sums.loss += sum
    return sum
  }

  /// Adds up the losses of half of a block; the outputs become the gradient of the mean loss over `total` examples.
  private func addLosses(_ block: Batch, _ half: Int, of total: Int) {
    let sums = halves[half]
    sums.clear()
    let first = half * TrainingPass.halfLanes
    let rows = min(TrainingPass.halfLanes, block.rows - first)
    let count = layout.layers[layout.layers.count - 1].outputs
    let (outputs, order) = (layers[layers.count - 1].values.base + first, block.order + first)
    switch block.data.targets {
    case .classes(let classes):
      for row in 0..<rows { labels[first + row] = classes[Int(order[row])] }
      sums.loss = kernel_softmax_cross_entropy(
        outputs, labels + first, rows, count, 1 / Float(total), &sums.hits)
    case .numbers(let targets):
      let (kind, delta): (kernel_loss_kind, Double) =
        switch loss {
        case .absolute: (kernel_loss_absolute, 0)
        case .huber(let delta): (kernel_loss_huber, delta)
        case .logistic: (kernel_loss_logistic, 0)
        case .squares, .crossEntropy: (kernel_loss_squares, 0)
        }
      sums.loss = kernel_loss(
        kind, Float(delta), outputs, targets.base, block.data.weights?.base, order, rows, count,
        1 / (Float(total) * Float(count)), sums.squares.baseAddress, &sums.hits)
    }
  }
}
