import Essentials
import Networks
import Tensors
import Testing
import Verification

/// The rule per neuron, its accounting of rounding, and that a pass bounds with any numbers whatever.
@Suite struct LinearPassTests {
  private static let tiny = Double.leastNonzeroMagnitude
  private static let corners = [
    0, -0.0, 1, -1, 0.1, -0.3, tiny, -tiny, 1e13 * tiny, -7e15 * tiny, 1e-160, -1e-160, 1e150, -1e150, 1e300, -1e300,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
  ]

  /// A corner case, or a number of any size, or a plain one.
  private func number(using random: inout RandomSource) -> Double {
    switch random.below(3) {
    case 0: LinearPassTests.corners[random.below(LinearPassTests.corners.count)]
    case 1: random.normal() * Double(sign: .plus, exponent: random.below(400) - 200, significand: 1)
    default: random.normal()
    }
  }

  /// v · relu(z) - w · z - limit.
  private func sign(_ v: Double, _ w: Double, at z: Double, minus limit: Double) -> Int {
    var sum = ExactSum()
    if z > 0 { sum.add(v, z) }
    sum.add(-w, z)
    sum.add(-limit)
    return sum.sign
  }

  @Test func exactSumsAreExact() {
    var sum = ExactSum()
    #expect(sum.sign == 0)
    sum.add(.greatestFiniteMagnitude, .greatestFiniteMagnitude)
    sum.add(LinearPassTests.tiny, LinearPassTests.tiny)
    sum.add(-.greatestFiniteMagnitude, .greatestFiniteMagnitude)
    #expect(sum.sign == 1)
    sum.add(-LinearPassTests.tiny, LinearPassTests.tiny)
    #expect(sum.sign == 0)
    sum.add(0.1, 3)
    sum.add(-0.3)
    // 0.1 is a little above a tenth, and 0.3 a little below three.
    #expect(sum.sign == 1)
    sum.add(-1e-16)
    #expect(sum.sign == -1)
  }

  @Test func sumsAndProductsAreRoundedUp() {
    var random = RandomSource(seed: 1)
    for _ in 0..<200_000 {
      let (a, b) = (number(using: &random), number(using: &random))
      let (sum, product) = (Rounding.sumUp(a, b), Rounding.productUp(a, b))
      var (exactSum, exactProduct) = (ExactSum(), ExactSum())
      exactSum.add(a)
      exactSum.add(b)
      exactProduct.add(a, b)
      func isAtLeast(_ number: Double, _ exact: ExactSum) -> Bool {
        guard number.isFinite else { return number > 0 }
        var rest = exact
        rest.add(-number)
        return rest.sign <= 0
      }
      #expect(isAtLeast(sum, exactSum), "\(a) + \(b)")
      #expect(isAtLeast(product, exactProduct), "\(a) * \(b)")
      // The least such sum, and a product one step above it at the most.
      #expect(sum == -.greatestFiniteMagnitude || !isAtLeast(sum.nextDown, exactSum), "\(a) + \(b)")
      #expect(
        product == 0 || product == -.greatestFiniteMagnitude || !isAtLeast(product.nextDown.nextDown, exactProduct),
        "\(a) * \(b)")
      #expect(Rounding.differenceDown(a, b) == -Rounding.sumUp(-a, b))
    }
  }

  /// No preactivation of the interval gives more, in exact arithmetic; one of the three candidates gives as much, up to
  /// five steps of the last place.
  @Test func noPreactivationExceedsTheRule() {
    var random = RandomSource(seed: 2)
    for _ in 0..<200_000 {
      let v = number(using: &random)
      var ends = [number(using: &random), number(using: &random)].sorted()
      switch random.below(6) {
      case 0: ends[0] = -.infinity
      case 1: ends[1] = .infinity
      case 2: ends[1] = ends[0]
      default: break
      }
      let neuron = RectifiedNeuron(ends[0], ends[1])
      let w: Double
      switch random.below(5) {
      case 0: w = neuron.number(v, above: neuron.chord, below: neuron.smallerArea)
      case 1: w = v
      case 2: w = v * random.uniform()
      case 3: w = v + abs(random.normal())
      default: w = number(using: &random)
      }
      guard w.isFinite else { continue }
      let excess = neuron.excess(of: v, over: w)
      #expect(!excess.isNaN && excess > -.infinity, "\(v) \(w) \(ends)")
      let inside = ends.filter(\.isFinite) + (ends[0] <= 0 && ends[1] >= 0 ? [0] : [])
      let (low, high) = (max(ends[0], -1e300), min(ends[1], 1e300))
      let between = low <= high ? (0..<4).map { _ in min(max(low + (high - low) * random.uniform(), low), high) } : []
      for z in inside + between where excess.isFinite {
        #expect(sign(v, w, at: z, minus: excess) <= 0, "\(v) relu(z) - \(w) z at \(z) of \(ends): \(excess)")
      }
      guard excess.isFinite else {
        // Beyond the largest number on the way, or at an infinite end.
        let isLarge = abs(v) + abs(w) > 1e307 || inside.contains { (abs(v) + abs(w)) * abs($0) > 1e307 }
        #expect(isLarge || ends[0] == -.infinity && w > 0 || ends[1] == .infinity && v > w, "\(v) \(w) \(ends)")
        continue
      }
      // As tight as can be, unless the difference of v and w overflows.
      if ends.allSatisfy(\.isFinite), abs(v) + abs(w) < 1e307 {
        let less = excess.nextDown.nextDown.nextDown.nextDown.nextDown
        #expect(
          less == -.infinity || inside.contains { sign(v, w, at: $0, minus: less) >= 0 }, "\(v) \(w) \(ends): \(excess)"
        )
      }
    }
  }

  @Test func numbersThatAreNoneGiveNoBound() {
    for ends in [(-1.0, 2.0), (0.5, 1), (-2, -1), (-.infinity, .infinity)] {
      let neuron = RectifiedNeuron(ends.0, ends.1)
      #expect(neuron.excess(of: 1, over: .nan) == .infinity)
      if ends.1 > 0 { #expect(neuron.excess(of: .nan, over: 0) == .infinity) }
    }
  }

  /// The methods' choices and what they add to the constant.
  @Test func usualNumbersAddWhatTheyShould() {
    let open = RectifiedNeuron(-1, 3)
    #expect(open.chord == 0.75)
    #expect(open.smallerArea == 1 && RectifiedNeuron(-3, 1).smallerArea == 0)
    // The chord's value at 0; nothing for lines below and for decided neurons.
    #expect(abs(open.excess(of: 2, over: 1.5) - 1.5) < 1e-15)
    #expect(open.loss(2) == 1.5)
    for slope in [0, 0.3, 1] { #expect(open.excess(of: -2, over: -2 * slope) == 0) }
    for v in [-2.0, 2] {
      #expect(RectifiedNeuron(0.5, 1).excess(of: v, over: v) == 0)
      #expect(RectifiedNeuron(-1, -0.5).excess(of: v, over: 0) == 0)
      // A multiplier of an assumed phase: 0 where the bound is that of the assumption, less where more is known.
      #expect(RectifiedNeuron(0, 3).excess(of: v, over: v + 0.25) == 0)
      #expect(RectifiedNeuron(-3, 0).excess(of: v, over: -0.25) == 0)
      #expect(abs(RectifiedNeuron(1, 3).excess(of: v, over: v + 0.25) + 0.25) < 1e-15)
      #expect(abs(RectifiedNeuron(-3, -1).excess(of: v, over: -0.25) + 0.25) < 1e-15)
    }
  }

  /// Merging rows: what the parameters are off by is within the slack, exactly, at the corners of the box of reaches.
  @Test func mergedRowsAreWithinTheirSlack() throws {
    var random = RandomSource(seed: 3)
    for _ in 0..<300 {
      let layer = try RandomProblems.layer(9, 7, scale: 1, using: &random)
      let weights = (0..<7).map { _ in random.below(3) == 0 ? 0 : random.normal() }
      // Powers of two, so that products with them are exact.
      let reach = (0..<9).map { _ in Double(sign: .plus, exponent: random.below(7) - 3, significand: 1) }
      let function = LinearFunction(weights, of: layer, depth: 1, reach: reach, constant: 0.7)
      var loss = 0.0
      for _ in 0..<20 {
        let point = reach.map { random.below(2) == 0 ? $0 : -$0 }
        for side in [-1.0, 1] {
          var difference = ExactSum()
          difference.add(side, 0.7)
          difference.add(-side, function.constant)
          for (input, x) in point.enumerated() {
            for (neuron, weight) in weights.enumerated() {
              difference.add(side * weight, layer.weight.base[neuron * 9 + input] * x)
            }
            difference.add(-side * function.coefficients[input], x)
          }
          for (neuron, weight) in weights.enumerated() { difference.add(side * weight, layer.bias.base[neuron]) }
          if difference.sign > 0 { loss = max(loss, 1) }
          difference.add(-function.slack)
          #expect(difference.sign <= 0)
        }
      }
      #expect(loss > 0, "rounding loses something")
      let size = (0..<7).reduce(1.0) { $0 + abs(weights[$1]) * (layer.size(of: $1, reach: reach) + 1) }
      #expect(function.slack < 10 * 0x1p-52 * size)
    }
  }

  /// Any numbers give a bound: no sampled point exceeds it, in extended precision and without a tolerance; and the
  /// default ones give what `outputUpperBound` says, or more.
  @Test(arguments: 0..<4) func anyNumbersGiveABound(kind: Int) throws {
    for seed in 0..<6 {
      var random = RandomSource(seed: UInt64(100 * kind + seed))
      let network = try RandomProblems.network([12, 7, 6, 5, 3], using: &random)
      let region = try RandomProblems.regions(12, rows: 3, epsilon: 1, using: &random)[kind]
      let bounds = try PreactivationBounds.backwardLinear(network, over: region)
      let points = (0..<300).map { _ in region.sample(using: &random) }.filter { region.violation(of: $0) == 0 }
      let outputs = points.map { Reference.preactivations(network, $0)[3] }
      let pass = LinearPass(network, over: region, bounds: bounds)
      for trial in 0..<40 {
        let weights = (0..<3).map { _ in random.normal() }
        let size = [0.1, 1, 30][trial % 3]
        let bound = pass.upperBound(of: pass.function(outputWeights: weights)) { place, v, neuron in
          trial == 0
            ? pass.defaultNumber(place, v, neuron)
            : random.below(2) == 0 ? size * random.normal() : v * random.uniform() * size
        }
        for values in outputs {
          let value = zip(weights, values).reduce(Reference.Wide(0)) { $0 + Reference.Wide($1.0) * $1.1 }
          #expect(value <= Reference.Wide(bound), "kind \(kind), seed \(seed), trial \(trial)")
        }
        let usual = try bounds.outputUpperBound(network, over: region, outputWeights: weights)
        if trial == 0 { #expect(usual <= bound) }
      }
    }
  }

  /// On networks of few bits, whose outputs Float64 has exactly: at every corner of a box, with tight bounds and any
  /// numbers, and with the two sides' bounds, batch or not.
  @Test func cornersOfSmallNetworksAreInsideExactly() throws {
    var random = RandomSource(seed: 9)
    func eighths(_ count: Int) -> [Double] { (0..<count).map { _ in Double(random.below(33) - 16) / 8 } }
    for _ in 0..<60 {
      let widths = [4, 4, 3, 2]
      let network = try Network(
        layers: zip(widths, widths.dropFirst()).map { inputs, outputs in
          try Layer(
            weight: Tensor(eighths(inputs * outputs), shape: [outputs, inputs]), bias: Tensor(eighths(outputs)))
        })
      let (low, high) = (eighths(4).map { min($0, 0.5) - 0.5 }, eighths(4).map { max($0, 0.5) + 0.5 })
      let region = try BoxRegion(lower: low, upper: high)
      let bounds = try PreactivationBounds.backwardLinear(network, over: region)
      let pass = LinearPass(network, over: region, bounds: bounds)
      let weights = eighths(2)
      let limits = (0..<20).map { _ in
        pass.upperBound(of: pass.function(outputWeights: weights)) { _, v, _ in
          random.below(2) == 0 ? 3 * random.normal() : v * random.uniform()
        }
      }
      for corner in 0..<16 {
        let x = (0..<4).map { corner >> $0 & 1 == 1 ? high[$0] : low[$0] }
        let layers = try network.preactivations(x)
        for (values, bounds) in zip(layers, bounds.layers) {
          for (value, ends) in zip(values, zip(bounds.lower, bounds.upper)) {
            #expect(ends.0 <= value && value <= ends.1)
          }
        }
        let value = zip(weights, layers[2]).reduce(0) { $0 + $1.0 * $1.1 }
        for limit in limits { #expect(value <= limit) }
      }
    }
  }
}
