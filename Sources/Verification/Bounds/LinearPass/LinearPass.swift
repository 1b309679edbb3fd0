import Essentials
import Networks

/// Upper bounds over a region of linear functions of a network's neurons, by one walk from the function towards the
/// input: at every ReLU layer `RectifiedNeuron` replaces outputs by preactivations, at every affine layer the weights are
/// substituted, and what is left in the end is a linear function of the input, whose maximum is the region's support.
///
/// A caller chooses one number per neuron; see `RectifiedNeuron` for what the methods take. Rounding is accounted for as
/// `AccountedConstant` explains, so that the bound holds for the network in real arithmetic whatever the numbers are.
package class LinearPass {
  final let network: Network
  /// The region, or the part of it that is in question.
  final var region: any InputRegion
  /// A half-space that all inputs in question lie in; nil for none. Maximisers are not asked for then.
  final var cut: InputCut?
  final let layout: NeuronLayout
  final let workspace: SupportWorkspace
  /// One block for all that is below; a walk allocates nothing.
  private final let memory: UnsafeMutablePointer<Double>

  /// Bounds of the hidden neurons' preactivations, in the places of `layout`; of passed ones those of
  /// `RectifiedNeuron.passed`.
  final let lower: UnsafeMutablePointer<Double>
  final let upper: UnsafeMutablePointer<Double>
  /// Slopes of the undecided neurons' chords.
  final let chords: UnsafeMutablePointer<Double>
  /// The neurons' sizes; see `Layer.size`.
  final let sizes: UnsafeMutablePointer<Double>
  /// The neurons' biases.
  final let biases: UnsafeMutablePointer<Double>
  /// The coefficients of the neurons' outputs and of their preactivations, as the last walk left them.
  final let coefficients: UnsafeMutablePointer<Double>
  final let numbers: UnsafeMutablePointer<Double>
  /// The coefficients of the inputs.
  final let inputCoefficients: UnsafeMutablePointer<Double>
  /// The last function is nowhere above the inputs' with these coefficients and this constant.
  private(set) final var inputConstant = 0.0

  /// A pass through `network` over `region`; it waits for bounds.
  init(_ network: Network, over region: any InputRegion) {
    self.network = network
    self.region = region
    inputReach = region.reach
    layout = NeuronLayout(network)
    workspace = SupportWorkspace(inputCount: region.inputCount)
    let count = layout.count
    let total = 7 * count + 3 * region.inputCount
    memory = .allocate(capacity: max(total, 1))
    memory.initialize(repeating: 0, count: total)
    (lower, upper, chords) = (memory, memory + count, memory + 2 * count)
    (sizes, coefficients, numbers) = (memory + 3 * count, memory + 4 * count, memory + 5 * count)
    biases = memory + 6 * count
    inputCoefficients = memory + 7 * count
    for (offset, layer) in zip(layout.offsets, network.layers.dropLast()) {
      for neuron in 0..<layer.outputCount { biases[offset + neuron] = layer.bias(of: neuron) }
    }
  }

  /// A pass with bounds that hold for the inputs in question.
  package convenience init(_ network: Network, over region: any InputRegion, bounds: PreactivationBounds) {
    self.init(network, over: region)
    for index in 0..<layout.layerCount { setBounds(layer: index, bounds.layers[index]) }
  }

  deinit { memory.deallocate() }

  /// The largest possible size of each input.
  private final let inputReach: [Double]

  /// Gives the pass the bounds of a hidden layer; those of the layers below are known.
  final func setBounds(layer index: Int, _ bounds: LayerBounds) {
    for (neuron, place) in layout.range(index).enumerated() {
      let known = bounds.neuron(neuron, of: network.layers[index])
      setBounds(place, lower: known.lower, upper: known.upper)
    }
    measure(index)
  }

  /// Gives one neuron bounds; its size stays.
  final func setBounds(_ place: Int, lower low: Double, upper high: Double) {
    lower[place] = low
    upper[place] = high
    if neuron(place).isUndecided { chords[place] = neuron(place).chord }
  }

  /// Works out the sizes of a hidden layer's neurons; bounds may get tighter afterwards.
  final func measure(_ index: Int) {
    let reach = reach(below: index)
    for (neuron, place) in layout.range(index).enumerated() {
      sizes[place] = network.layers[index].size(of: neuron, reach: reach)
    }
  }

  /// The largest possible size of each input of layer `index`.
  final func reach(below index: Int) -> [Double] {
    index == 0 ? region.reach : layout.range(index - 1).map { max(upper[$0], 0) }
  }

  /// The neuron at `place`.
  @inline(__always)
  final func neuron(_ place: Int) -> RectifiedNeuron { RectifiedNeuron(lower[place], upper[place]) }

  /// The number of the neuron at `place` for coefficient `v`, with the line below that leaves the smaller area where it
  /// is undecided.
  @inline(__always)
  package final func defaultNumber(_ place: Int, _ v: Double, _ neuron: RectifiedNeuron) -> Double {
    neuron.number(v, above: chords[place])
  }

  /// Σ_k weights[k] · y_k of the outputs y.
  package final func function(outputWeights weights: [Double]) -> LinearFunction {
    let depth = layout.layerCount
    return LinearFunction(weights, of: network.layers[depth], depth: depth, reach: reach(below: depth))
  }

  /// `sign`, 1 or -1, times a preactivation of layer `index`, the last layer's being the outputs.
  final func function(layer index: Int, neuron: Int, sign: Double) -> LinearFunction {
    LinearFunction(neuron: neuron, of: network.layers[index], depth: index, sign: sign)
  }

  /// A rigorous upper bound of `function` over the region, for the inputs that the bounds hold for.
  ///
  /// - Parameters:
  ///   - term: a multiple of one hidden preactivation that is added to the function.
  ///   - inputs: a function of the inputs that is added to it.
  ///   - maximizer: receives an input at which the bound is attained.
  ///   - number: the number of the neuron at a place whose output has got a coefficient.
  @inline(__always)
  package final func upperBound(
    of function: LinearFunction, adding term: (place: Int, coefficient: Double)? = nil,
    and inputs: LinearFunction? = nil, maximizer: UnsafeMutablePointer<Double>? = nil,
    number: (_ place: Int, _ coefficient: Double, _ neuron: RectifiedNeuron) -> Double
  ) -> Double {
    // Read once: the compiler can't know that nothing below is written over them.
    let (lower, upper, sizes, biases) = (lower, upper, sizes, biases)
    let (coefficients, numbers) = (coefficients, numbers)
    var account = AccountedConstant(function.constant, slack: function.slack)
    let top = function.depth == 0 ? inputCoefficients : coefficients + layout.offsets[function.depth - 1]
    function.coefficients.withUnsafeBufferPointer { copy($0, to: top) }
    for index in (0..<function.depth).reversed() {
      let layer = network.kernels[index]
      let offset = layout.offsets[index]
      for neuron in 0..<layer.outputCount {
        let place = offset + neuron
        let v = coefficients[place]
        let bounds = RectifiedNeuron(lower[place], upper[place])
        let w = number(place, v, bounds)
        numbers[place] = w
        account.relax(v, w, bounds)
        account.substitute(w, bias: biases[place], size: sizes[place])
      }
      if let term, layout.range(index).contains(term.place) {
        numbers[term.place] += term.coefficient
        account.substitute(term.coefficient, bias: biases[term.place], size: sizes[term.place])
      }
      account.close(terms: layer.outputCount)
      let target = index == 0 ? inputCoefficients : coefficients + layout.offsets[index - 1]
      layer.multiplyTransposed(numbers + offset, into: target)
    }
    if var sum = inputs {
      let below = UnsafeBufferPointer(start: inputCoefficients, count: region.inputCount)
      sum.add(1, Array(below), constant: account.value, slack: account.slack, reach: region.reach)
      sum.coefficients.withUnsafeBufferPointer { copy($0, to: inputCoefficients) }
      account = AccountedConstant(sum.constant, slack: sum.slack)
    }
    inputConstant = account.upperBound(Support(value: 0, error: 0))
    let support =
      cut?.support(
        inputCoefficients, over: region, reach: inputReach, room: inputCoefficients + region.inputCount,
        workspace: workspace) ?? region.support(inputCoefficients, maximizer: maximizer, workspace: workspace)
    return account.upperBound(support)
  }
}
