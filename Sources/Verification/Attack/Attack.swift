import Essentials
import Networks
import Synchronization

/// Gradient attacks on a network over a region: often enough, and always the first thing to try.
public final class Attack {
  private let network: Network
  private let problem: Problem
  private let options: AttackOptions
  private let workspace: SupportWorkspace
  private var outputWeights: [Double]
  private var gradient: [Double]
  private var vertex: [Double]
  private var trial: [Double]
  private var bestTrial: [Double]
  private var outputs: [Double]
  private var evaluations = 0

  /// An attack on `network` for `problem`.
  ///
  /// - Throws: `Misuse` when network and problem do not fit, or an option makes no sense.
  public init(_ network: Network, problem: Problem, options: AttackOptions = AttackOptions()) throws {
    try problem.check(network)
    guard (1...1_000_000).contains(options.steps), (0...1_000_000).contains(options.restarts),
      (1...1024).contains(options.threads),
      !options.methods.isEmpty, !options.goal.isNaN, options.goal >= 0
    else {
      throw Misuse(
        "attack: expected steps from 1 to 1000000, restarts from 0 to 1000000, threads from 1 to 1024, goal >= 0 and at least one method, "
          + "got \(options.steps), \(options.restarts), \(options.threads), \(options.goal) and \(options.methods.count)"
      )
    }
    self.network = network
    self.problem = problem
    self.options = options
    workspace = SupportWorkspace(inputCount: network.inputCount)
    outputWeights = [Double](repeating: 0, count: network.outputCount)
    gradient = [Double](repeating: 0, count: network.inputCount)
    vertex = gradient
    trial = gradient
    bestTrial = gradient
    outputs = outputWeights
  }

  /// Climbs from x0 and from random points until the margin exceeds the goal.
  ///
  /// - Parameters:
  ///   - random: chooses the starts; with one thread the same seed gives the same result.
  ///   - shouldStop: asked before every step, by any thread; true ends the attack with the best point so far.
  public func run(
    using random: inout RandomSource, shouldStop: @Sendable () -> Bool = { false }
  ) throws -> AttackResult {
    let center = problem.input
    let atCenter = try network.forward(center)
    // The nearest rival first.
    let rivals = problem.rivals(outputCount: network.outputCount).sorted { (atCenter[$0], $1) > (atCenter[$1], $0) }
    var best = AttackResult(
      point: center, margin: problem.margin(of: atCenter, rival: rivals[0]), target: rivals[0])
    if !problem.isAdmissible(center, outputs: atCenter) { best.margin = -.infinity }
    let starts = (0...options.restarts).map { $0 == 0 ? center : problem.region.sample(using: &random) }
    let climbs = starts.indices.flatMap { start in
      rivals.flatMap { rival in options.methods.map { (start: start, rival: rival, method: $0) } }
    }
    let team = try ThreadTeam(members: min(options.threads, climbs.count), isBrief: false)
    let attacks = [self] + (try (1..<team.members).map { _ in try Attack(network, problem: problem, options: options) })
    for attack in attacks { attack.evaluations = 0 }
    let progress = Mutex(AttackProgress(best: best))
    team.run(team.members) { member in
      while !shouldStop(), let number = progress.withLock({ $0.next(of: climbs.count, goal: options.goal) }) {
        let climb = climbs[number]
        do {
          let found = try attacks[member].end(of: climb.method, from: starts[climb.start], to: climb.rival, shouldStop)
          progress.withLock { progress in
            progress.best.starts = max(progress.best.starts, climb.start + 1)
            guard let found, found.margin > progress.best.margin else { return }
            (progress.best.point, progress.best.margin) = found
            (progress.best.target, progress.best.method) = (climb.rival, climb.method)
          }
        } catch { progress.withLock { $0.failure = error } }
      }
    }
    let (found, failure) = progress.withLock { ($0.best, $0.failure) }
    if let failure { throw failure }
    best = found
    best.evaluations = attacks.reduce(0) { $0 + $1.evaluations }
    return best
  }

  /// The end of a climb from the point of the region next to `start`, moved onto the extra constraints, which steps
  /// towards vertices do not know; nil where it misses them all the same.
  private func end(
    of method: AttackMethod, from start: [Double], to rival: Int, _ shouldStop: () -> Bool
  ) throws -> (point: [Double], margin: Double)? {
    let end = climb(from: problem.project(start), to: rival, method, shouldStop)
    guard !problem.constraints.isEmpty else { return end }
    let point = try problem.project(end.0, for: network)
    let values = try network.forward(point)
    guard problem.isAdmissible(point, outputs: values) else { return nil }
    return (point, problem.margin(of: values, rival: rival))
  }

  /// Climbs from one point, in the region, with the margin of `rival` as its height.
  ///
  /// - Returns: the best point of the climb and its margin over the class.
  func climb(
    from start: [Double], to rival: Int, _ method: AttackMethod, _ shouldStop: () -> Bool
  ) -> ([Double], Double) {
    outputWeights = problem.marginWeights(rival: rival, outputCount: network.outputCount)
    switch method {
    case .frankWolfe: return climbTowardsVertices(from: start, rival: rival, shouldStop)
    case .projectedGradient: return climbAlongGradient(from: start, rival: rival, shouldStop)
    }
  }

  /// Frank–Wolfe. The margin is piecewise linear along the line to the vertex: the largest of a few points of it is
  /// taken, the vertex itself first, and the climb ends where none is better. In a region that is not convex the points
  /// of the line are moved back into it.
  private func climbTowardsVertices(
    from start: [Double], rival: Int, _ shouldStop: () -> Bool
  ) -> ([Double], Double) {
    var point = start
    var margin = gradientAndMargin(at: point)
    for _ in 0..<options.steps {
      if margin > options.goal || shouldStop() { break }
      gradient.withUnsafeBufferPointer { gradient in
        vertex.withUnsafeMutableBufferPointer { vertex in
          if let c = gradient.baseAddress, let target = vertex.baseAddress {
            _ = problem.region.support(c, maximizer: target, workspace: workspace)
          }
        }
      }
      var bestShare = 0.0
      var bestMargin = margin
      // Eight points of the line at the most: all of the way, 0.6 of it, 0.36 of it …
      var share = 1.0
      while share > 0.02 {
        for index in trial.indices { trial[index] = point[index] + share * (vertex[index] - point[index]) }
        if !problem.norm.isConvex { trial = problem.region.project(trial) }
        let value = marginOfTrial(rival)
        if value > bestMargin {
          bestMargin = value
          bestShare = share
          swap(&bestTrial, &trial)
        } else if bestShare > 0 {
          break
        }
        share *= 0.6
      }
      guard bestShare > 0 else { break }
      swap(&point, &bestTrial)
      margin = gradientAndMargin(at: point)
    }
    return (point, margin)
  }

  /// Projected gradient ascent with steps that begin at half the way to the farthest point of the region in the
  /// gradient's direction and shrink; the best point of the path counts.
  private func climbAlongGradient(
    from start: [Double], rival: Int, _ shouldStop: () -> Bool
  ) -> ([Double], Double) {
    var point = start
    var margin = gradientAndMargin(at: point)
    var best = (point, margin)
    gradient.withUnsafeBufferPointer { gradient in
      vertex.withUnsafeMutableBufferPointer { vertex in
        if let c = gradient.baseAddress, let target = vertex.baseAddress {
          _ = problem.region.support(c, maximizer: target, workspace: workspace)
        }
      }
    }
    var reach = 0.0
    for index in point.indices { reach += (vertex[index] - point[index]) * (vertex[index] - point[index]) }
    var step = 0.5 * reach.squareRoot()
    for _ in 0..<options.steps {
      if best.1 > options.goal || shouldStop() { break }
      var length = 0.0
      for value in gradient { length += value * value }
      guard length > 0, length.isFinite, step > 0 else { break }
      let scale = step / length.squareRoot()
      for index in trial.indices { trial[index] = point[index] + scale * gradient[index] }
      point = problem.project(trial)
      margin = gradientAndMargin(at: point)
      if margin > best.1 { best = (point, margin) }
      step *= 0.9
    }
    return best
  }

  /// The margin at `point`, and its gradient in `gradient`.
  private func gradientAndMargin(at point: [Double]) -> Double {
    evaluations += 1
    return point.withUnsafeBufferPointer { point in
      outputWeights.withUnsafeBufferPointer { weights in
        gradient.withUnsafeMutableBufferPointer { network.inputGradient(point, outputWeights: weights, into: $0) }
      }
    }
  }

  /// The margin of `rival` at `trial`.
  private func marginOfTrial(_ rival: Int) -> Double {
    evaluations += 1
    trial.withUnsafeBufferPointer { trial in
      outputs.withUnsafeMutableBufferPointer { network.forward(trial, into: $0) }
    }
    return outputs.count == 1 ? outputs[0] : outputs[rival] - outputs[problem.classIndex]
  }
}
