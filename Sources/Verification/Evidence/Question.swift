import Essentials
import Networks

/// What is asked: whether a network has an input in a problem's region on which it is wrong.
///
/// A question makes what answers it: bounds, searches, models, relaxations and differences, each `Certified` to be about
/// this network and this problem.
public struct Question {
  /// The network, a copy: what a script does to its own later must not change what was proved.
  public let network: Network
  /// The problem.
  public let problem: Problem

  /// - Throws: `Misuse` when network and problem do not fit.
  public init(_ network: Network, _ problem: Problem) throws {
    try problem.check(network)
    self.network = try network.copy()
    self.problem = problem
  }

  /// Preactivation bounds over the problem's region.
  ///
  /// - Parameters:
  ///   - method: how they are computed.
  ///   - usesBox: over the region's box instead, for comparisons; looser.
  ///   - start: known bounds, which the result is intersected with.
  ///   - shouldStop: asked now and then; true ends the work with what has been reached.
  /// - Throws: `Misuse` when the known bounds are those of another question.
  public func bounds(
    by method: BoundMethod = .backward, usesBox: Bool = false, from start: Certified<PreactivationBounds>? = nil,
    shouldStop: () -> Bool = { false }
  ) throws -> Certified<PreactivationBounds> {
    let whole = problem.region
    let region: any InputRegion =
      usesBox ? try BoxRegion(lower: whole.boxLower, upper: whole.boxUpper, center: whole.center) : whole
    return try certified(restingOn: start) { start in
      try method.compute(network, region, start, shouldStop)
    }
  }

  /// Bounds that a script or a file gave. They are taken at their word in models and searches, as bounds of the whole
  /// region, but nothing that rests on them is called a proof.
  ///
  /// - Throws: `Misuse` when they do not have the network's shape.
  public func given(_ bounds: PreactivationBounds) throws -> Certified<PreactivationBounds> {
    try bounds.check(network)
    return Certified(bounds, question: self, scope: .region, isCertified: false)
  }

  /// A branch and bound, which has not begun.
  ///
  /// - Parameter start: preactivation bounds; backward linear ones by default.
  /// - Throws: `Misuse` when the bounds are those of another question, an option makes no sense, or the largest margin
  ///   is asked for with bounds that hold for some inputs only.
  public func search(
    from start: Certified<PreactivationBounds>? = nil, options: BranchAndBoundOptions = BranchAndBoundOptions()
  ) throws -> Certified<BranchAndBound> {
    if options.gap != nil { try expectWholeRegion(start, "verify.branch_and_bound: gap") }
    return try certified(restingOn: start) {
      try BranchAndBound(network, problem: problem, bounds: $0, options: options)
    }
  }

  /// The mixed-integer linear model.
  ///
  /// - Parameter start: preactivation bounds; backward linear ones by default.
  /// - Throws: `Misuse` when the bounds are those of another question, or hold for some inputs only and the model asks for
  ///   more than the largest margin.
  public func encoding(
    from start: Certified<PreactivationBounds>? = nil, options: EncodingOptions = EncodingOptions()
  ) throws -> Certified<Encoding> {
    if options.objective != .margin { try expectWholeRegion(start, "verify.encode: objective") }
    return try certified(restingOn: start) {
      try Encoding(network, problem: problem, bounds: $0, options: options)
    }
  }

  /// The linear relaxation.
  ///
  /// - Parameters:
  ///   - start: preactivation bounds; backward linear ones by default.
  ///   - depth: how many hidden layers to model; all by default.
  ///   - assumesTarget: consider only inputs at which the target wins; see `LinearRelaxation`.
  /// - Throws: `Misuse` when the bounds are those of another question, or the depth is out of range.
  public func relaxation(
    from start: Certified<PreactivationBounds>? = nil, depth: Int? = nil, assumesTarget: Bool = false
  ) throws -> Certified<LinearRelaxation> {
    let certified = try certified(restingOn: start) {
      try LinearRelaxation(
        network, problem: problem, bounds: $0 ?? .backwardLinear(network, over: problem.region),
        scope: start?.scope ?? .region, depth: depth, assumesTarget: assumesTarget)
    }
    return certified.replacing(certified.content, scope: certified.content.scope)
  }

  /// By how much this network's margin can exceed that of `embedded`, such as a pruned copy.
  ///
  /// - Throws: `Misuse` when the two have different widths, or the problem constrains outputs.
  public func difference(from embedded: Network) throws -> Certified<MarginDifference> {
    let difference = try MarginDifference(network, embedded, problem)
    return Certified(difference, question: self, scope: .region, isCertified: true)
  }

  private func certified<Content>(
    restingOn start: Certified<PreactivationBounds>?, _ make: (PreactivationBounds?) throws -> Content
  ) throws -> Certified<Content> {
    if let start, !start.holds(for: network, problem) {
      throw Misuse("the bounds are those of another network or problem")
    }
    return Certified(
      try make(start?.content), question: self, scope: start?.scope ?? .region,
      isCertified: start?.isCertified ?? true)
  }

  private func expectWholeRegion(_ bounds: Certified<PreactivationBounds>?, _ subject: String) throws {
    if let scope = bounds?.scope, scope != .region {
      throw Misuse("\(subject): expected bounds of the whole region, got those of \(scope)")
    }
  }
}
