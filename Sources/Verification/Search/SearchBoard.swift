import Glibc
import Synchronization

/// What the threads of a branch and bound share: the open nodes, and what is known by now. All that a worker finds out
/// about a node it tells in one go, so that no node is ever missing: it is open, or somebody is at it, or it is done.
final class SearchBoard: Sendable {
  private struct State {
    var open: OpenNodes<SearchNode>
    var result: BranchAndBoundResult
    var closedBound = -Double.infinity
    var leavesOpen = false
    /// Workers that have a node.
    var busyCount = 0
    /// How the present run ends; nil while it does not.
    var ending: BranchAndBoundStatus?
    var failure: (any Error)?

    mutating func add(_ finding: SearchFinding, asksForMargin: Bool) {
      for node in finding.opened { open.push(node) }
      result.nodes += finding.nodes
      closedBound = max(closedBound, finding.closedBound)
      leavesOpen = leavesOpen || finding.leavesOpen
      // The point of a search that ends with a witness is that witness.
      guard result.witness == nil || asksForMargin else { return }
      let isFirst = result.witness == nil && finding.witness != nil
      result.witness = result.witness ?? finding.witness
      guard finding.margin > result.margin || isFirst && !asksForMargin else { return }
      (result.point, result.margin) = (finding.point, finding.margin)
    }
  }

  private let state: Mutex<State>
  private let gap: Double?
  private let leastGap: Double
  private let capacity: Int

  /// Nothing is open, and nothing known but the input.
  init(_ options: BranchAndBoundOptions, leastGap: Double, input: [Double]) {
    (gap, self.leastGap, capacity) = (options.gap, leastGap, options.orderedNodes)
    state = Mutex(
      State(
        open: OpenNodes(capacity: options.orderedNodes),
        result: BranchAndBoundResult(status: .limit, bound: .infinity, point: input, margin: -.infinity)))
  }

  /// What is known by now.
  var result: BranchAndBoundResult { state.withLock { $0.result } }

  /// The largest bound of an open node.
  var openBound: Double { state.withLock { $0.open.bound } }

  /// The largest bound of all nodes, open and closed ones.
  var bound: Double { state.withLock { max($0.open.bound, $0.closedBound) } }

  /// Whether a node was left open because nothing could be done about it.
  var leavesOpen: Bool { state.withLock { $0.leavesOpen } }

  /// Nodes with a bound of at most this are closed where `margin` is known.
  func threshold(_ margin: Double) -> Double {
    // At most the largest number below 0: a bound of 0 itself would leave the verdict open.
    gap.map { margin + $0 } ?? -max(leastGap, .leastNonzeroMagnitude)
  }

  /// Whether the question is answered by a witness.
  func isFound(_ result: BranchAndBoundResult) -> Bool { result.witness != nil && gap == nil }

  /// Forgets all nodes, and not what is known.
  func clear() {
    let capacity = capacity
    state.withLock { state in
      state.open = OpenNodes(capacity: capacity)
      (state.closedBound, state.leavesOpen) = (-.infinity, false)
    }
  }

  /// What is known by now.
  ///
  /// - Throws: what a worker threw.
  func known() throws -> BranchAndBoundResult {
    let (result, failure) = state.withLock { ($0.result, $0.failure) }
    if let failure { throw failure }
    return result
  }

  /// Keeps how many neurons are undecided at the root.
  func count(undecided: Int) { state.withLock { $0.result.unstable = undecided } }

  /// Keeps the result of a run.
  func keep(_ result: BranchAndBoundResult) { state.withLock { $0.result = result } }

  /// Begins a run.
  func begin() { state.withLock { ($0.busyCount, $0.ending) = (0, nil) } }

  /// How the run ended.
  ///
  /// - Throws: what a worker threw.
  func end() throws -> BranchAndBoundStatus {
    let (ending, failure) = state.withLock { ($0.ending, $0.failure) }
    if let failure { throw failure }
    return ending ?? .limit
  }

  /// The node that comes next and what is known, for a worker who says later what came of it; nil where the run is over.
  /// While others may still open nodes a worker without one waits.
  ///
  /// - Parameters:
  ///   - nodeLimit: of all runs.
  ///   - interruption: how the run has to end, if it has to.
  func take(
    nodeLimit: Int, interruption: () -> BranchAndBoundStatus?
  ) -> (node: SearchNode, finding: SearchFinding)? {
    while true {
      let interruption = interruption()
      let (task, isOver) = state.withLock { state -> ((SearchNode, SearchFinding)?, Bool) in
        if state.ending == nil {
          if isFound(state.result) {
            state.ending = .found
          } else if interruption != nil {
            state.ending = interruption
          } else if state.result.nodes >= nodeLimit {
            state.ending = .limit
          }
        }
        guard state.ending == nil else { return (nil, true) }
        while let node = state.open.pop() {
          guard node.bound > threshold(state.result.margin) else {
            state.closedBound = max(state.closedBound, node.bound)
            continue
          }
          state.busyCount += 1
          return ((node, SearchFinding(state.result)), false)
        }
        guard state.busyCount == 0 else { return (nil, false) }
        state.ending = .proved
        return (nil, true)
      }
      if task != nil || isOver { return task }
      usleep(50)
    }
  }

  /// Takes down what a worker found out about a node that it took, or about a root.
  func add(_ finding: SearchFinding, isTaken: Bool = true) {
    let asksForMargin = gap != nil
    state.withLock { state in
      state.add(finding, asksForMargin: asksForMargin)
      if isTaken { state.busyCount -= 1 }
    }
  }

  /// Ends the run because a worker failed.
  func fail(_ failure: any Error) {
    state.withLock { state in
      state.failure = state.failure ?? failure
      state.ending = .stopped
    }
  }
}
