import Essentials
import LuaHost
import Networks
import Verification

extension Call {
  /// `verify.certify(network, problem, evidence, path, options)`: writes the certificate of a recorded search, of a
  /// relaxation, of a witness, or of somebody's word.
  func certify() throws -> Int {
    let question = try Question(try object(1), try boxed(2))
    let path = try string(4)
    let (network, problem) = try options(5) { table in
      (try table.optionalString("network_file"), try table.optionalString("problem_file"))
    }
    let certificate = try Certificate(at: path, about: question, networkPath: network, problemPath: problem)
    if let search = objectIfAny(3, as: NetworkSearch.self) {
      try certificate.write(search.finding)
    } else if let relaxation = objectIfAny(3, as: NetworkRelaxation.self) {
      try certificate.write(relaxation.finding)
    } else if let witness = objectIfAny(3, as: Box<Witness>.self) {
      try certificate.write(witness.value)
    } else if let words = try? string(3) {
      try certificate.write(trusting: words)
    } else {
      throw OutsideFailure("certificate: there is none of such a proof, only of recorded searches and relaxations")
    }
    return push(certificate.networkPath) + push(certificate.problemPath)
  }
}
