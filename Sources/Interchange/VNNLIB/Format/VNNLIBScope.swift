/// What names stand for beside the declared variables: of `let`, `define-fun` and `define-const`.
typealias VNNLIBScope = [String: VNNLIBBinding]

/// What a name stands for.
indirect enum VNNLIBBinding {
  case term(VNNLIBTerm)
  case formula(VNNLIBFormula)
  /// Something that is read anew for the arguments of every call, with the names that were known where it was defined.
  case function(parameters: [String], body: SExpression, isFormula: Bool, scope: VNNLIBScope)
}
