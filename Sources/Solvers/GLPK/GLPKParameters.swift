import CGLPK
import Essentials
import MILP

/// GLPK's control parameters, read from native options: `["mir_cuts": "on", "br_tech": "pch", "tol_int": "1e-6"]`.
///
/// Words: `br_tech` ffv lfv mfv dth pch, `bt_tech` dfs bfs blb bph, `pp_tech` none root all, `meth` primal dualp dual,
/// `pricing` std pse, `r_test` std har flip. On or off: `mir_cuts gmi_cuts cov_cuts clq_cuts fp_heur ps_heur sr_heur
/// binarize`, and `exact`: linear programs once more in fractions. Numbers strictly between 0 and 1: `tol_int tol_obj
/// tol_bnd tol_dj tol_piv`. Milliseconds: `ps_tm_lim`.
struct GLPKParameters {
  var integer = glp_iocp()
  var simplex = glp_smcp()
  /// Whether linear programs are solved once more in fractions, from where the simplex method ended. GLPK takes a simple
  /// fraction within 1e-9 of each number, relative to it, and is exact from then on.
  private(set) var isExact = false

  private static let words: [String: [String: Int32]] = [
    "br_tech": [
      "ffv": GLP_BR_FFV, "lfv": GLP_BR_LFV, "mfv": GLP_BR_MFV, "dth": GLP_BR_DTH, "pch": GLP_BR_PCH,
    ],
    "bt_tech": ["dfs": GLP_BT_DFS, "bfs": GLP_BT_BFS, "blb": GLP_BT_BLB, "bph": GLP_BT_BPH],
    "pp_tech": ["none": GLP_PP_NONE, "root": GLP_PP_ROOT, "all": GLP_PP_ALL],
    "meth": ["primal": GLP_PRIMAL, "dualp": GLP_DUALP, "dual": GLP_DUAL],
    "pricing": ["std": GLP_PT_STD, "pse": GLP_PT_PSE],
    "r_test": ["std": GLP_RT_STD, "har": GLP_RT_HAR, "flip": GLP_RT_FLIP],
  ]
  private static let switches = [
    "mir_cuts", "gmi_cuts", "cov_cuts", "clq_cuts", "fp_heur", "ps_heur", "sr_heur", "binarize", "exact",
  ]
  private static let tolerances = ["tol_int", "tol_obj", "tol_bnd", "tol_dj", "tol_piv"]

  init(_ run: SolveRun) throws {
    let options = run.options
    glp_init_iocp(&integer)
    glp_init_smcp(&simplex)
    // A column with two bounds is dual feasible at one of them: where most have two, as in relaxations of networks, the
    // dual method has hardly a first phase, and takes long steps. Searches begin as GLPK would, since what the first
    // vertex leads to is part of what experiments compare.
    if run.isLinear, GLPKParameters.isBoxed(run.model) {
      simplex.meth = GLP_DUALP
      simplex.r_test = GLP_RT_FLIP
    }
    integer.msg_lev = options.log ? GLP_MSG_ON : GLP_MSG_OFF
    simplex.msg_lev = integer.msg_lev
    // GLPK's own 1e-5 times a big M is a point that misses its row; points are checked to 1e-6.
    integer.tol_int = 1e-9
    integer.mip_gap = options.gapRelative
    integer.presolve = options.presolve == true ? GLP_ON : GLP_OFF
    for (name, text) in options.native.sorted(by: { $0.key < $1.key }) { try set(name, text) }
  }

  /// Whether most columns have two bounds. Elsewhere GLPK's own choice is mostly the faster one: over the 91 programs of
  /// Netlib by a fifth.
  private static func isBoxed(_ model: Model) -> Bool {
    let boxed = zip(model.columnLower, model.columnUpper).reduce(0) { $0 + ($1.0.isFinite && $1.1.isFinite ? 1 : 0) }
    return 2 * boxed > model.columnCount
  }

  private mutating func set(_ name: String, _ text: String) throws {
    if let choices = GLPKParameters.words[name] {
      guard let value = choices[text] else { throw GLPKParameters.refusal(name, text, choices.keys.sorted()) }
      setWord(name, value)
    } else if GLPKParameters.switches.contains(name) {
      guard let value = ["on": GLP_ON, "off": GLP_OFF, "true": GLP_ON, "false": GLP_OFF][text] else {
        throw GLPKParameters.refusal(name, text, ["on", "off"])
      }
      setSwitch(name, value)
    } else if GLPKParameters.tolerances.contains(name) {
      guard let value = Double(text), value > 0, value < 1 else {
        throw GLPKParameters.refusal(name, text, ["a number between 0 and 1"])
      }
      setTolerance(name, value)
    } else if name == "ps_tm_lim" {
      guard let value = Int32(text), value >= 0 else { throw GLPKParameters.refusal(name, text, ["milliseconds"]) }
      integer.ps_tm_lim = value
    } else {
      let known = Array(GLPKParameters.words.keys) + GLPKParameters.switches + GLPKParameters.tolerances + ["ps_tm_lim"]
      throw Misuse("solve: glpk has no option \(name): expected one of \(known.sorted().joined(separator: ", "))")
    }
  }

  private mutating func setWord(_ name: String, _ value: Int32) {
    switch name {
    case "br_tech": integer.br_tech = value
    case "bt_tech": integer.bt_tech = value
    case "pp_tech": integer.pp_tech = value
    case "meth": simplex.meth = value
    case "pricing": simplex.pricing = value
    default: simplex.r_test = value
    }
  }

  private mutating func setSwitch(_ name: String, _ value: Int32) {
    switch name {
    case "mir_cuts": integer.mir_cuts = value
    case "gmi_cuts": integer.gmi_cuts = value
    case "cov_cuts": integer.cov_cuts = value
    case "clq_cuts": integer.clq_cuts = value
    case "fp_heur": integer.fp_heur = value
    case "ps_heur": integer.ps_heur = value
    case "sr_heur": integer.sr_heur = value
    case "exact": isExact = value == GLP_ON
    default: integer.binarize = value
    }
  }

  private mutating func setTolerance(_ name: String, _ value: Double) {
    switch name {
    case "tol_int": integer.tol_int = value
    case "tol_obj": integer.tol_obj = value
    case "tol_bnd": simplex.tol_bnd = value
    case "tol_dj": simplex.tol_dj = value
    default: simplex.tol_piv = value
    }
  }

  private static func refusal(_ name: String, _ text: String, _ choices: [String]) -> Misuse {
    Misuse("solve: glpk option \(name): expected \(choices.joined(separator: " or ")), got \(text)")
  }
}
