import CGLPK
import Essentials
import MILP

extension GLPKSearch {
  /// What GLPK calls at every stage of every node. Nothing here may throw: errors wait in `run` until GLPK has returned.
  func handle(_ tree: OpaquePointer) {
    let reason = glp_ios_reason(tree)
    run.iterations = Int(glp_get_it_cnt(problem.pointer))
    if reason == GLP_IPREPRO { beginNode() }
    let node = glp_ios_curr_node(tree)
    let depth = node == 0 ? 0 : Int(glp_ios_node_level(tree, node))
    let bound = { [self] in self.bound(of: tree) }
    detectIncumbent(depth: depth, bound: bound)
    if !run.poll() {
      switch reason {
      case GLP_IPREPRO: checkSearch(tree, depth: depth, bound: bound)
      // Rows can be added at the former only, and heuristic points at the latter.
      case GLP_IROWGEN: if run.answers.contains(.lazyRows) { offerRelaxation(depth: depth, bound: bound) }
      case GLP_IHEUR:
        if !run.answers.contains(.lazyRows) { offerRelaxation(depth: depth, bound: bound) }
        trySubmissions(tree, depth: depth, bound: bound)
      case GLP_ICUTGEN: addCuts()
      case GLP_IBRANCH: branch(tree)
      default: break
      }
    }
    if run.stopReason != nil {
      noteBound(bound())
      glp_ios_terminate(tree)
    }
  }

  /// Looks whether the original problem holds a better point than before. GLPK's own announcement (GLP_IBINGO) leaves
  /// out those that its heuristics find, and with presolve the tree's problem has other columns; the original one has
  /// the point mapped back.
  func detectIncumbent(depth: Int, bound: @escaping () -> Double?) {
    let pointer = problem.pointer
    let status = glp_mip_status(pointer)
    guard status == GLP_FEAS || status == GLP_OPT else { return }
    let objective = glp_mip_obj_val(pointer)
    run.offerIncumbent(objective: objective, depth: depth, bound: bound) { [run, problem] columns in
      let kinds = run.model.kinds
      return (columns ?? Array(0..<problem.columnCount)).map { column in
        let value = glp_mip_col_val(pointer, Int32(column + 1))
        return kinds[column].isIntegral ? value.rounded() : value
      }
    }
  }

  private func beginNode() {
    if let limit = run.options.nodeLimit, run.nodes >= limit {
      run.stop(.nodeLimit)
    } else {
      run.nodes += 1
    }
  }

  /// Sends signs of life, and looks at the bound where an option asks for it. Looking costs time proportional to the
  /// number of open nodes.
  private func checkSearch(_ tree: OpaquePointer, depth: Int, bound: @escaping () -> Double?) {
    run.offerProgress(depth: depth, bound: bound)
    let options = run.options
    let now = run.clock.wallSeconds
    if options.gapAbsolute > 0 || options.gapRelative > 0 || options.boundStop != nil || now - lastBoundSeconds > 0.1 {
      lastBoundSeconds = now
      noteBound(bound())
      run.checkBound(lastBound)
    }
  }

  private func noteBound(_ bound: Double?) {
    if let bound { lastBound = bound }
  }

  /// The best bound of the open nodes and the incumbent.
  private func bound(of tree: OpaquePointer) -> Double? {
    let best = glp_ios_best_node(tree)
    return best == 0 ? run.bestObjective : run.clamped(glp_ios_node_bound(tree, best))
  }

  /// Shows the node's linear program to the observer, and adds the lazy rows that it violates: GLPK keeps a row in the
  /// subtree of the node that it was added at, so known ones come again.
  private func offerRelaxation(depth: Int, bound: @escaping () -> Double?) {
    let objective = glp_get_obj_val(problem.pointer)
    let violated = run.offerRelaxation(objective: objective, depth: depth, bound: bound, values: linearPoint)
    for row in violated { problem.add(row) }
  }

  /// The solution of the node's linear program.
  private func linearPoint(_ columns: [Int]?) -> [Double] {
    (columns ?? Array(0..<problem.columnCount)).map { glp_get_col_prim(problem.pointer, Int32($0 + 1)) }
  }

  private func trySubmissions(_ tree: OpaquePointer, depth: Int, bound: @escaping () -> Double?) {
    if let point = startPoint {
      startPoint = nil
      glp_ios_heur_sol(tree, [0] + point)
      detectIncumbent(depth: depth, bound: bound)
    }
    // An incumbent's callback may submit another point.
    while let point = run.nextSubmission(depth: depth, bound: bound) {
      if glp_ios_heur_sol(tree, [0] + point) == 0 { run.acceptedPoints += 1 }
      detectIncumbent(depth: depth, bound: bound)
    }
  }

  /// Adds the cuts that cut the linear program's solution off: adding others over and over would not end.
  private func addCuts() {
    let point = run.pendingCuts.isEmpty ? [] : linearPoint(nil)
    for cut in run.pendingCuts where cut.violation(at: point) > Model.feasibilityTolerance { problem.add(cut) }
    run.pendingCuts = []
  }

  private func branch(_ tree: OpaquePointer) {
    guard let (column, direction) = run.pendingBranch else { return }
    run.pendingBranch = nil
    guard glp_ios_can_branch(tree, Int32(column + 1)) != 0 else {
      return run.refuseBranch(on: column)
    }
    let choices: [BranchDirection: Int32] = [.down: GLP_DN_BRNCH, .up: GLP_UP_BRNCH, .either: GLP_NO_BRNCH]
    glp_ios_branch_upon(tree, Int32(column + 1), choices[direction] ?? GLP_NO_BRNCH)
  }
}
