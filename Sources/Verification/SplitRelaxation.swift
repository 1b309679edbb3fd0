import CKernels
import Essentials
import Networks

/// Upper bounds of linear functions of hidden neurons over the part of a region in which some neurons' phases are
/// assumed: the backward linear relaxation of `BackwardPass` with free slopes below unstable neurons (alpha; Xu et al.,
/// "Fast and complete", ICLR 2021) and a multiplier for every assumed phase (beta; Wang et al., "Beta-CROWN", NeurIPS
/// 2021, eq. 8), concretised with the region's support.
///
/// Every slope in [0, 1] and every multiplier >= 0 give a valid bound, so the search for good ones may be as careless as
/// it likes; `evaluate` alone is rounded outward, by the accounting that `BackwardPass` explains. Its maximiser is an
/// input that tends to violate the relaxation least, and a forward pass through the relaxation from there gives the
/// derivatives of the bound (Danskin's theorem).
final class SplitRelaxation {
  let network: Network
  /// The region, or the part of it that the state is about.
  var region: any InputRegion
  let layout: NeuronLayout
  private let workspace: SupportWorkspace
  private let memory: UnsafeMutablePointer<Double>

  /// The working state, one number per neuron; see `SplitState`.
  let lower: UnsafeMutablePointer<Double>
  let upper: UnsafeMutablePointer<Double>
  let multipliers: UnsafeMutablePointer<Double>
  private(set) var splits: [Int8]
  /// The line above an unstable neuron.
  private let upperSlope: UnsafeMutablePointer<Double>
  private let upperOffset: UnsafeMutablePointer<Double>
  /// Per neuron: Σ |weight| · largest possible input + |bias|.
  private let sums: UnsafeMutablePointer<Double>
  /// The function's coefficients on the neurons' outputs and on their preactivations, as `evaluate` left them.
  let coefficients: UnsafeMutablePointer<Double>
  private let relaxed: UnsafeMutablePointer<Double>
  /// Preactivations and outputs of the relaxation at the maximiser, as `propagate` left them.
  let preactivations: UnsafeMutablePointer<Double>
  private let outputs: UnsafeMutablePointer<Double>
  /// The function's coefficients on the inputs, and the input at which the bound is attained.
  private let inputCoefficients: UnsafeMutablePointer<Double>
  let maximizer: UnsafeMutablePointer<Double>
  /// Bounds that were evaluated.
  private(set) var evaluations = 0

  /// A relaxation of `network` over `region`, with `root` as its state.
  init(_ network: Network, over region: any InputRegion, root: SplitState) {
    self.network = network
    self.region = region
    layout = NeuronLayout(network)
    workspace = SupportWorkspace(inputCount: region.inputCount)
    let count = layout.count
    let inputs = region.inputCount
    let total = 10 * count + 2 * inputs
    memory = .allocate(capacity: max(total, 1))
    memory.initialize(repeating: 0, count: total)
    let memory = memory
    func part(_ index: Int) -> UnsafeMutablePointer<Double> { memory + index * count }
    (lower, upper, multipliers, upperSlope, upperOffset) = (part(0), part(1), part(2), part(3), part(4))
    (sums, coefficients, relaxed, preactivations, outputs) = (part(5), part(6), part(7), part(8), part(9))
    inputCoefficients = part(10)
    maximizer = inputCoefficients + inputs
    splits = root.splits
    load(root)
    var reach = zip(region.lower, region.upper).map { max(abs($0), abs($1)) }
    for index in 0..<layout.layerCount {
      let layer = network.layers[index]
      for neuron in 0..<layer.outputCount {
        let row = layer.weight.base + neuron * layer.inputCount
        var sum = abs(layer.bias.base[neuron])
        for input in 0..<layer.inputCount { sum += abs(row[input]) * reach[input] }
        sums[layout.offsets[index] + neuron] = sum
      }
      reach = layout.range(index).map { max(root.upper[$0], 0) }
    }
  }

  deinit { memory.deallocate() }

  /// The largest possible size of each input of the last layer.
  var lastReach: [Double] {
    guard layout.layerCount > 0 else { return zip(region.lower, region.upper).map { max(abs($0), abs($1)) } }
    return layout.range(layout.layerCount - 1).map { max(upper[$0], 0) }
  }

  /// Makes `state` the working state.
  func load(_ state: SplitState) {
    state.lower.withUnsafeBufferPointer { copy($0, to: lower) }
    state.upper.withUnsafeBufferPointer { copy($0, to: upper) }
    state.multipliers.withUnsafeBufferPointer { copy($0, to: multipliers) }
    splits = state.splits
    for place in 0..<layout.count { updateLine(place) }
  }

  /// Writes the working state's bounds and multipliers back to `state`.
  func store(into state: inout SplitState) {
    for place in 0..<layout.count {
      state.lower[place] = lower[place]
      state.upper[place] = upper[place]
      state.multipliers[place] = multipliers[place]
    }
  }

  /// Changes the bounds of one neuron.
  func setBounds(_ place: Int, lower low: Double, upper high: Double) {
    lower[place] = low
    upper[place] = high
    updateLine(place)
  }

  private func updateLine(_ place: Int) {
    let low = lower[place]
    let high = upper[place]
    guard low < 0, high > 0 else { return }
    let chord = Chord(from: low, to: high)
    upperSlope[place] = chord.slope
    upperOffset[place] = chord.offset
  }

  /// A rigorous upper bound of `function` over the region and the assumed phases, and its maximiser.
  ///
  /// - Parameter usesMultipliers: false takes the default slopes and no assumptions instead of `multipliers`.
  func evaluate(_ function: HiddenFunction, usesMultipliers: Bool = true) -> Double {
    evaluations += 1
    var total = function.constant
    var magnitude = abs(function.constant)
    var terms = 64 + region.inputCount
    let top = function.depth == 0 ? inputCoefficients : coefficients + layout.offsets[function.depth - 1]
    function.coefficients.withUnsafeBufferPointer { copy($0, to: top) }
    for index in (0..<function.depth).reversed() {
      let layer = network.layers[index]
      let offset = layout.offsets[index]
      let bias = layer.bias.base
      terms += 2 * layer.outputCount
      for neuron in 0..<layer.outputCount {
        let place = offset + neuron
        let coefficient = coefficients[place]
        let low = lower[place]
        let high = upper[place]
        var line: Double
        if high <= 0 {
          line = 0
        } else if low >= 0 {
          line = coefficient
        } else if coefficient > 0 {
          line = coefficient * upperSlope[place]
          total += coefficient * upperOffset[place]
        } else if usesMultipliers {
          line = coefficient * multipliers[place]
        } else {
          line = high > -low ? coefficient : 0
        }
        // Where z >= 0 is assumed, beta · z may be added to what is maximised, and where z <= 0, subtracted.
        if usesMultipliers, splits[place] != 0 {
          line += splits[place] > 0 ? multipliers[place] : -multipliers[place]
        }
        relaxed[place] = line
        total += line * bias[neuron]
        magnitude += abs(coefficient) * max(-low, high, 0) + abs(line) * sums[place]
      }
      let target = index == 0 ? inputCoefficients : coefficients + layout.offsets[index - 1]
      kernel_affine_transposed(layer.weight.base, relaxed + offset, target, layer.outputCount, layer.inputCount)
    }
    let support = region.support(inputCoefficients, maximizer: maximizer, workspace: workspace)
    magnitude += abs(support.value)
    let error = support.error + Double(terms) * Rounding.step * magnitude + function.error + Rounding.tiny
    let bound = (total + support.value + error).nextUp
    return bound.isNaN ? .infinity : bound
  }

  /// Carries the maximiser of the last `evaluate` (with multipliers) through the lines that it used, up to the layer
  /// that the function of depth `depth` is of.
  func propagate(depth: Int) {
    var source = UnsafePointer(maximizer)
    for index in 0..<depth {
      let layer = network.layers[index]
      let offset = layout.offsets[index]
      kernel_affine(
        layer.weight.base, layer.bias.base, source, preactivations + offset, layer.outputCount, layer.inputCount)
      for place in layout.range(index) {
        let value = preactivations[place]
        if upper[place] <= 0 {
          outputs[place] = 0
        } else if lower[place] >= 0 {
          outputs[place] = value
        } else if coefficients[place] > 0 {
          outputs[place] = upperSlope[place] * value + upperOffset[place]
        } else {
          outputs[place] = multipliers[place] * value
        }
      }
      source = UnsafePointer(outputs + offset)
    }
  }

  /// The derivative of the bound by the multiplier at `place`, after `evaluate` and `propagate`.
  @inline(__always)
  func derivative(_ place: Int) -> Double {
    if splits[place] != 0 { return splits[place] > 0 ? preactivations[place] : -preactivations[place] }
    guard lower[place] < 0, upper[place] > 0, coefficients[place] < 0 else { return 0 }
    return coefficients[place] * preactivations[place]
  }

  /// How much the relaxation of the neuron at `place` adds to the bound at the maximiser, after `evaluate` and
  /// `propagate`; 0 for a decided neuron.
  @inline(__always)
  func gap(_ place: Int) -> Double {
    guard lower[place] < 0, upper[place] > 0 else { return 0 }
    return max(coefficients[place] * (outputs[place] - max(preactivations[place], 0)), 0)
  }

  /// What `function` would be bounded by, if the neuron at `place` were assumed active, or inactive.
  func probe(_ function: HiddenFunction, _ place: Int, active: Bool) -> Double {
    let (low, high) = (lower[place], upper[place])
    if active { lower[place] = 0 } else { upper[place] = 0 }
    defer {
      lower[place] = low
      upper[place] = high
    }
    return evaluate(function)
  }
}
