import Essentials

/// How a region that is a box is divided along its inputs.
struct InputSplitting {
  /// The whole region; nil where it is no box.
  private let whole: BoxRegion?
  /// The inputs that are not constant.
  let varying: [Int]

  /// Up to so many varying inputs their halves are what leads to a proof: it halves the errors of all bounds.
  private static let fewInputs = 12
  /// Up to so many, halves of inputs may be worth more than phases.
  private static let mostInputs = 32

  var areFew: Bool { varying.count <= InputSplitting.fewInputs }

  init(_ region: any InputRegion) {
    whole = region.norm.isBox ? try? BoxRegion(lower: region.lower, upper: region.upper) : nil
    varying = region.lower.indices.filter { region.lower[$0] < region.upper[$0] }
  }

  /// With automatic branching no node is halved more often: what is left is small, and its neurons are no fewer.
  var mostHalvings: Int { 20 * varying.count }

  /// Whether inputs are to be divided.
  ///
  /// - Throws: `Misuse` when they are asked for and the region is no box.
  func isWanted(by branching: Branching) throws -> Bool {
    switch branching {
    case .neurons: return false
    case .automatic: return whole != nil && varying.count <= InputSplitting.mostInputs
    case .inputs:
      guard whole != nil else { throw Misuse("branch and bound: expected a region that is a box to divide its inputs") }
      return true
    }
  }

  /// The two halves of `box`, or of the whole, along an input.
  func halves(of box: BoxRegion?, along input: Int) throws -> [BoxRegion] {
    guard let box = box ?? whole else { return [] }
    var (low, high) = (box.upper, box.lower)
    let middle = box.lower[input] + 0.5 * (box.upper[input] - box.lower[input])
    low[input] = middle
    high[input] = middle
    return [try BoxRegion(lower: box.lower, upper: low), try BoxRegion(lower: high, upper: box.upper)]
  }

  /// The input whose range can move a function most; nil when no range can be divided any more.
  ///
  /// - Parameter slopes: for each input, how large the function's derivative by it may be.
  func choose(in box: BoxRegion?, _ slopes: [Double]) -> Int? {
    guard let box = box ?? whole else { return nil }
    var choice: Int?
    var best = -1.0
    for input in varying {
      let (low, high) = (box.lower[input], box.upper[input])
      let middle = low + 0.5 * (high - low)
      let score = slopes[input] * (high - low)
      if low < middle, middle < high, score > best { (choice, best) = (input, score) }
    }
    return choice
  }
}
