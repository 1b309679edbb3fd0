import Essentials
import MILP
import Networks
import Solvers
import Testing
import Verification

@Suite struct InputCutTests {
  /// The maximum over what a half-space leaves of a region is that of a linear program, up to few trials of a multiplier.
  @Test(arguments: 0..<20) func supportIsALinearProgram(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    var (cut, near) = (0, 0)
    for region in try RandomProblems.regions(6, rows: 3, epsilon: 1.5, using: &random) {
      for _ in 0..<10 {
        let (a, c) = ((0..<6).map { _ in random.normal() }, (0..<6).map { _ in random.normal() })
        // The half-space keeps a part of the region: its border is between the centre and the farthest point.
        let inner = zip(a, region.center).reduce(0) { $0 + $1.0 * $1.1 }
        let outer = try region.support(a).support.upperBound
        let constant = -(inner + random.uniform() * (outer - inner))
        let model = Model()
        let x = try Reference.addRegion(region, to: model)
        try model.constrain(LinearExpression(a, x), .greaterOrEqual, -constant)
        try model.setObjective(LinearExpression(c, x), .maximize)
        let exact = try #require(try GLPKSolver().solve(model).objective)
        let half = InputCut(coefficients: a, constant: constant, of: region)
        let bound = half.support(c, over: region).upperBound
        let whole = try region.support(c).support.upperBound
        #expect(bound >= exact - 1e-7 && bound <= whole, "seed \(seed) \(region.norm)")
        guard whole > exact + 1e-3 else { continue }
        cut += 1
        if bound - exact < 0.02 * (whole - exact) { near += 1 }
      }
    }
    #expect(cut > 10 && near > cut * 9 / 10, "seed \(seed): \(near) of \(cut)")
  }

  /// Where nothing is left the bound says so.
  @Test func nothingIsLeft() throws {
    let region = try BoxRegion(lower: [0, 0], upper: [1, 1])
    let half = InputCut(coefficients: [1, 1], constant: -3, of: region)
    #expect(half.support([1, -1], over: region).upperBound < -100)
    // A half-space of everything changes nothing.
    let all = InputCut(coefficients: [0, 0], constant: 0, of: region)
    #expect(all.support([1, -1], over: region).value == 1)
  }
}
