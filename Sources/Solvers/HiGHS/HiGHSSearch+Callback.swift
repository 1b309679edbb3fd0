import CHiGHS
import Essentials
import Glibc
import MILP

extension HiGHSSearch {
  static let logging: Int32 = 0
  static let simplexInterrupt: Int32 = 1
  static let interiorInterrupt: Int32 = 2
  static let improvingSolution: Int32 = 4
  static let mipInterrupt: Int32 = 6
  static let userSolution: Int32 = 9

  /// What HiGHS calls. Nothing here may throw: errors wait in `run` until HiGHS has returned.
  func handle(
    _ kind: Int32, _ message: UnsafePointer<CChar>?, _ output: UnsafeRawPointer,
    _ input: UnsafeMutablePointer<CHiGHSCallbackInput>?
  ) {
    switch kind {
    case HiGHSSearch.logging:
      if let message { _ = write(STDERR_FILENO, message, strlen(message)) }
    case HiGHSSearch.improvingSolution:
      noteProgress(output)
      takeImprovement(output)
    case HiGHSSearch.userSolution: submitPoint(input)
    case HiGHSSearch.mipInterrupt, HiGHSSearch.simplexInterrupt, HiGHSSearch.interiorInterrupt:
      if kind == HiGHSSearch.mipInterrupt { noteProgress(output) }
      if !run.poll() {
        run.checkBound(lastBound)
        run.offerProgress(depth: 0, bound: { [self] in lastBound })
      }
      // The only place where HiGHS listens.
      if run.stopReason != nil { input?.pointee.user_interrupt = 1 }
    default: break
    }
  }

  private func noteProgress(_ output: UnsafeRawPointer) {
    if let nodes = library.callbackItem(output, "mip_node_count")?.loadUnaligned(as: Int64.self), nodes > 0 {
      run.nodes = Int(nodes)
    }
    if let total = library.callbackItem(output, "mip_total_lp_iterations")?.loadUnaligned(as: Int64.self), total > 0 {
      run.iterations = Int(total)
    }
    if let bound = library.callbackItem(output, "mip_dual_bound")?.loadUnaligned(as: Double.self), !bound.isNaN {
      lastBound = run.clamped(bound) ?? lastBound
    }
  }

  private func takeImprovement(_ output: UnsafeRawPointer) {
    guard run.failure == nil, let values = library.callbackItem(output, "mip_solution") else { return }
    let numbers = values.assumingMemoryBound(to: Double.self)
    let point = Array(UnsafeBufferPointer(start: numbers, count: run.model.columnCount))
    run.offer(run.model.rounded(point), bound: { [self] in lastBound })
  }

  /// Hands over one of the points in line; HiGHS takes one per call.
  private func submitPoint(_ input: UnsafeMutablePointer<CHiGHSCallbackInput>?) {
    guard let input, let point = run.nextSubmission(bound: { [self] in lastBound }) else { return }
    if library.submit(input, Int32(point.count), point) == 0 { run.acceptedPoints += 1 }
  }
}
