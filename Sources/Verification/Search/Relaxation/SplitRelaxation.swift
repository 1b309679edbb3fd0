import Essentials
import Networks

/// Upper bounds over the part of a region in which some neurons' phases are assumed: a `LinearPass` whose numbers are a
/// free slope below every undecided neuron (alpha) and a multiplier for every assumed phase (beta); see
/// `RectifiedNeuron`.
///
/// Every slope in [0, 1] and every multiplier >= 0 give a valid bound, so the search for good ones may be as careless as
/// it likes. The maximiser of a bound is an input that tends to violate the relaxation least, and a forward pass through
/// the relaxation from there gives the derivatives of the bound (Danskin's theorem).
final class SplitRelaxation: LinearPass {
  /// One number per neuron; see `SplitState`.
  let multipliers: UnsafeMutablePointer<Double>
  /// 1 where a neuron is assumed to be active, -1 where inactive, 0 where nothing is assumed.
  let signs: UnsafeMutablePointer<Double>
  /// Preactivations and outputs of the relaxation at the maximiser, as `propagate` left them.
  let preactivations: UnsafeMutablePointer<Double>
  private let outputs: UnsafeMutablePointer<Double>
  /// The input at which the last bound with multipliers is attained.
  let maximizer: UnsafeMutablePointer<Double>
  /// Where the search writes down what it does, so that others can check it.
  ///
  /// Numbers that are written are cut short first, and what is concluded from them is concluded from the short ones; see
  /// `crossingTolerance` too.
  var record: SearchRecord?
  /// What the last evaluation with multipliers gave, as long as `numbers` are still its own; infinite then.
  private(set) var lastBound = Double.infinity
  /// Bounds that were evaluated.
  private(set) var evaluations = 0

  /// A relaxation of `network` over `region`, with `root` as its state.
  init(_ network: Network, over region: any InputRegion, root: SplitState) {
    let count = root.splits.count
    let total = 4 * count + region.inputCount
    multipliers = .allocate(capacity: total)
    multipliers.initialize(repeating: 0, count: total)
    maximizer = multipliers + 4 * count
    (signs, preactivations, outputs) = (multipliers + count, multipliers + 2 * count, multipliers + 3 * count)
    super.init(network, over: region)
    load(root)
    for index in 0..<layout.layerCount { measure(index) }
  }

  deinit { multipliers.deallocate() }

  /// Makes `state` the working state.
  func load(_ state: SplitState) {
    state.multipliers.withUnsafeBufferPointer { copy($0, to: multipliers) }
    for place in 0..<layout.count {
      setBounds(place, lower: state.lower[place], upper: state.upper[place])
      signs[place] = Double(state.splits[place])
    }
  }

  /// Writes the working state's bounds and multipliers back to `state`.
  func store(into state: inout SplitState) {
    for place in 0..<layout.count {
      state.lower[place] = lower[place]
      state.upper[place] = upper[place]
      state.multipliers[place] = multipliers[place]
    }
  }

  /// Assumes the phases that are known of neurons. Where a cut has gone into that it is more than the assumptions say:
  /// elsewhere these neurons may be in the other phase.
  func assumeWhatIsKnown() {
    for place in 0..<layout.count where signs[place] == 0 && lower[place] < .infinity && !neuron(place).isUndecided {
      signs[place] = upper[place] <= 0 ? -1 : 1
      multipliers[place] = 0
    }
  }

  /// Whether any phase is assumed.
  var hasAssumptions: Bool { (0..<layout.count).contains { signs[$0] != 0 } }

  /// A rigorous upper bound of `function` over the region and the assumed phases.
  ///
  /// - Parameter usesMultipliers: false takes the default slopes and no assumptions instead of `multipliers`, and leaves
  ///   no maximiser.
  func evaluate(_ function: LinearFunction, usesMultipliers: Bool = true) -> Double {
    evaluations += 1
    let (chords, multipliers, signs, isRecorded) = (chords, multipliers, signs, record != nil)
    lastBound = .infinity
    guard usesMultipliers else {
      return upperBound(of: function) { place, v, neuron in neuron.number(v, above: chords[place]) }
    }
    lastBound = upperBound(of: function, maximizer: maximizer) { place, v, neuron in
      let w = neuron.number(v, above: chords[place], below: multipliers[place]) + signs[place] * multipliers[place]
      return isRecorded && (signs[place] != 0 || v < 0 && neuron.isUndecided) ? SplitRelaxation.short(w) : w
    }
    return lastBound
  }

  /// `number` cut off to the 24 bits of a Float32's fraction.
  @inline(__always)
  private static func short(_ number: Double) -> Double { Double(bitPattern: number.bitPattern & ~0x1FFF_FFFF) }

  /// What the last evaluation tells of the inputs where its function is above `threshold`.
  func cutting(above threshold: Double) -> InputCut {
    InputCut(
      coefficients: Array(UnsafeBufferPointer(start: inputCoefficients, count: region.inputCount)),
      constant: Rounding.sumUp(inputConstant, -threshold), of: region)
  }

  /// Carries the maximiser of the last `evaluate` (with multipliers) through the lines that it used, up to the layer
  /// that the function of depth `depth` is of.
  func propagate(depth: Int) {
    var source = UnsafePointer(maximizer)
    for index in 0..<depth {
      let offset = layout.offsets[index]
      network.kernels[index].apply(source, preactivations + offset)
      for place in layout.range(index) {
        let value = preactivations[place]
        if upper[place] <= 0 {
          outputs[place] = 0
        } else if lower[place] >= 0 {
          outputs[place] = value
        } else if coefficients[place] > 0 {
          outputs[place] = chords[place] * (value - lower[place])
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
    if signs[place] != 0 { return signs[place] * preactivations[place] }
    guard neuron(place).isUndecided, coefficients[place] < 0 else { return 0 }
    return coefficients[place] * preactivations[place]
  }

  /// How much the relaxation of the neuron at `place` adds to the bound at the maximiser, after `evaluate` and
  /// `propagate`; 0 for a decided neuron.
  @inline(__always)
  func gap(_ place: Int) -> Double {
    guard neuron(place).isUndecided else { return 0 }
    return max(coefficients[place] * (outputs[place] - max(preactivations[place], 0)), 0)
  }

  /// What `function` would be bounded by, if the neuron at `place` were assumed active, or inactive.
  func probe(_ function: LinearFunction, _ place: Int, active: Bool) -> Double {
    let (low, high) = (lower[place], upper[place])
    if active { lower[place] = 0 } else { upper[place] = 0 }
    defer {
      lower[place] = low
      upper[place] = high
    }
    return evaluate(function)
  }
}
