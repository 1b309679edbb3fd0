import CSCIP
import Essentials
import MILP

/// SCIP's parameters for one solve.
enum SCIPParameters {
  /// SCIP's own 1e-6 times a big M is a point that misses its row; points are checked to 1e-6.
  static let strictTolerance = 1e-9

  /// SCIP's number for the clock that the time limit is by.
  static func clock(_ options: SolveOptions) -> Int32 { options.limitClock == .processor ? 1 : 2 }

  /// Sets what `options` and `answers` ask for, the parameters in SCIP's own names last.
  static func set(
    _ options: SolveOptions, answers: Set<SolveAnswerKind>, feasibilityTolerance: Double, of problem: SCIPProblem
  ) throws {
    let (library, scip) = (problem.library, problem.scip)
    func set(_ name: String, _ value: Bool) throws {
      try library.check(library.setBoolParam(scip, name, value ? 1 : 0))
    }
    func set(_ name: String, _ value: Double) throws { try library.check(library.setRealParam(scip, name, value)) }
    // The signal is the program's.
    try set("misc/catchctrlc", false)
    try library.check(library.setIntParam(scip, "timing/clocktype", clock(options)))
    if !options.log { try library.check(library.setIntParam(scip, "display/verblevel", 0)) }
    try set("numerics/feastol", feasibilityTolerance)
    try set("limits/gap", options.gapRelative)
    try set("limits/absgap", options.gapAbsolute)
    if let limit = options.nodeLimit {
      try library.check(library.setLongintParam(scip, "limits/totalnodes", Int64(limit)))
    }
    if let seed = options.seed {
      try library.check(library.setIntParam(scip, "randomization/randomseedshift", Int32(clamping: seed)))
    }
    if options.presolve == false { try library.check(library.setPresolving(scip, CSCIP_SETTING_OFF, 1)) }
    if answers.contains(.lazyRows) {
      // What is known of the rows tells nothing about which points are not needed.
      try set("misc/allowstrongdualreds", false)
      try set("misc/allowweakdualreds", false)
    }
    if answers.contains(.branch) {
      // Nothing can be branched on that stands for a sum of others.
      try set("presolving/donotaggr", true)
      try set("presolving/donotmultaggr", true)
    }
    for (name, text) in options.native.sorted(by: { $0.key < $1.key }) { try setNative(name, text, of: problem) }
  }

  private static func setNative(_ name: String, _ text: String, of problem: SCIPProblem) throws {
    let (library, scip) = (problem.library, problem.scip)
    guard let parameter = library.getParam(scip, name) else {
      throw Misuse("solve: scip has no option \(name): expected one of those in its documentation")
    }
    func refuse(expected: String) -> Misuse { Misuse("solve: scip option \(name): expected \(expected), got \(text)") }
    let code: CSCIPCode
    switch library.paramGetType(parameter) {
    case CSCIP_PARAMETER_BOOL:
      guard let value = ["on": 1, "off": 0, "true": 1, "false": 0][text] as CSCIPBool? else {
        throw refuse(expected: "on or off")
      }
      code = library.setBoolParam(scip, name, value)
    case CSCIP_PARAMETER_INT:
      guard let value = Int32(text) else { throw refuse(expected: "a whole number") }
      code = library.setIntParam(scip, name, value)
    case CSCIP_PARAMETER_LONGINT:
      guard let value = Int64(text) else { throw refuse(expected: "a whole number") }
      code = library.setLongintParam(scip, name, value)
    case CSCIP_PARAMETER_REAL:
      guard let value = Double(text), !value.isNaN else { throw refuse(expected: "a number") }
      code = library.setRealParam(scip, name, value)
    case CSCIP_PARAMETER_CHAR:
      guard let value = text.utf8.first, text.utf8.count == 1 else { throw refuse(expected: "one letter") }
      code = library.setCharParam(scip, name, CChar(bitPattern: value))
    default:
      // Names of files and folders.
      guard text.isEmpty || !FileAccess.isRestricted else {
        throw Misuse("solve: scip option \(name): the sandbox lets no solver open files")
      }
      code = library.setStringParam(scip, name, text)
    }
    do { try library.check(code) } catch let failure as OutsideFailure {
      throw Misuse("solve: scip option \(name): refused the value \(text) (\(failure.message))")
    }
  }
}
