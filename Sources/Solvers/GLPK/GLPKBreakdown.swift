/// GLPK failed an assertion of its own in the middle of a solve.
struct GLPKBreakdown: Error {
  /// What GLPK asserts, such as `teta_lim >= 0.0`.
  let assertion: String
  /// The best point until then, where there was one.
  let incumbent: [Double]?
}
