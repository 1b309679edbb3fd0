import Essentials
import MILP
import Solvers
import Testing

/// Semicontinuous variables, special ordered sets and indicators.
@Suite struct ConstructTests {
  @Test(
    arguments: conformingSolvers,
    [[ConstructKind.semicontinuous], [.sos1], [.sos2], [.indicator], ConstructKind.allCases])
  func optimaMatchEnumeration(_ solver: SolverCase, _ kinds: [ConstructKind]) throws {
    var infeasible = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let model = try ConstructInstances.random(&random, Set(kinds))
      let optimum = try ConstructInstances.bruteForce(model)
      let solution = try solver.solve(model)
      #expect(
        solution.status == (optimum == nil ? .infeasible : .optimal), "\(kinds), seed \(seed): \(solution.status)")
      #expect(agree(solution.objective, optimum), "\(kinds), seed \(seed)")
      #expect(agree(solution.bound, optimum), "\(kinds), seed \(seed)")
      if let values = solution.values {
        #expect(try model.violation(at: values).largest <= 1e-6, "\(kinds), seed \(seed)")
        #expect(values.count == model.columnCount, "\(kinds), seed \(seed)")
        // The optimum as a start is one.
        let again = try solver.solve(model) { $0.startPoint = values }
        #expect(again.startPointUsed == true && agree(again.objective, optimum), "\(kinds), seed \(seed)")
      } else {
        infeasible += 1
      }
    }
    #expect((1..<30).contains(infeasible), "\(kinds): the instances should be of both sorts, \(infeasible) infeasible")
  }
}
