import CGLPK
import CGLPKGuard
import Essentials
import Testing

/// What GLPK would end the process for.
@Suite struct GLPKGuardTests {
  /// A problem of one row, min x + y with x + y >= 1 and y integer.
  private func problem() -> OpaquePointer? {
    let pointer = glp_create_prob()
    glp_add_cols(pointer, 2)
    glp_add_rows(pointer, 1)
    for column in 1...2 as ClosedRange<Int32> {
      glp_set_col_bnds(pointer, column, GLP_DB, 0, 3)
      glp_set_obj_coef(pointer, column, 1)
    }
    glp_set_col_kind(pointer, 2, GLP_IV)
    glp_set_row_bnds(pointer, 1, GLP_LO, 1, 0)
    glp_set_mat_row(pointer, 1, 2, [0, 1, 2], [0, 1, 1])
    return pointer
  }

  @Test func errorsReturn() {
    glp_term_out(GLP_OFF)
    var simplex = glp_smcp()
    glp_init_smcp(&simplex)
    var integer = glp_iocp()
    glp_init_iocp(&integer)
    simplex.msg_lev = GLP_MSG_OFF
    integer.msg_lev = GLP_MSG_OFF
    for _ in 1...3 {
      let pointer = problem()
      var wrong = simplex
      wrong.meth = 99
      #expect(glpk_guarded_simplex(pointer, &wrong, glpk_end()) == GLPK_FAILED_ASSERTION)
      // What is not broken goes on, on the same thread.
      let other = problem()
      #expect(glpk_guarded_simplex(other, &simplex, glpk_end()) == 0 && glp_get_obj_val(other) == 1)
      #expect(glpk_guarded_intopt(other, &integer, glpk_end()) == 0 && glp_mip_obj_val(other) == 1)
      var refused = integer
      refused.br_tech = 99
      #expect(glpk_guarded_intopt(other, &refused, glpk_end()) == GLPK_FAILED_ASSERTION)
      glp_term_out(GLP_OFF)
    }
  }

  /// A failed assertion inside an inner solve ends that one only.
  @Test func callbacksAreOutside() {
    glp_term_out(GLP_OFF)
    let pointer = problem()
    var simplex = glp_smcp()
    glp_init_smcp(&simplex)
    simplex.msg_lev = GLP_MSG_OFF
    #expect(glpk_guarded_simplex(pointer, &simplex, glpk_end()) == 0)
    var integer = glp_iocp()
    glp_init_iocp(&integer)
    integer.msg_lev = GLP_MSG_OFF
    integer.cb_func = { _, information in
      var wrong = glp_smcp()
      glp_init_smcp(&wrong)
      wrong.meth = 99
      let inner = glp_create_prob()
      glp_add_rows(inner, 1)
      let code = glpk_guarded_simplex(inner, &wrong, glpk_end())
      information?.assumingMemoryBound(to: Int32.self).pointee += code == GLPK_FAILED_ASSERTION ? 1 : 1000
      glp_term_out(GLP_OFF)
    }
    var calls: Int32 = 0
    withUnsafeMutablePointer(to: &calls) { calls in
      integer.cb_info = UnsafeMutableRawPointer(calls)
      #expect(glpk_guarded_intopt(pointer, &integer, glpk_end()) == 0)
    }
    #expect(calls > 0 && calls < 1000)
    #expect(glp_mip_obj_val(pointer) == 1)
    glp_delete_prob(pointer)
  }

  /// Linear programs may take any time, and none of a search's callbacks comes meanwhile. A search over a processor's
  /// seconds was seen in one that cycled for an hour.
  @Test func callsEndWithinALinearProgram() {
    glp_term_out(GLP_OFF)
    let count: Int32 = 250
    let pointer = glp_create_prob()
    glp_add_cols(pointer, count)
    glp_add_rows(pointer, count)
    var random = RandomSource(seed: 1)
    let places = Array(0...count)
    for position in 1...count {
      glp_set_col_bnds(pointer, position, GLP_LO, 0, 0)
      glp_set_obj_coef(pointer, position, random.uniform(0.5, 1.5))
      glp_set_row_bnds(pointer, position, GLP_LO, 1, 0)
      glp_set_mat_row(pointer, position, count, places, [0] + (1...count).map { _ in random.uniform(0.5, 1.5) })
    }
    glp_set_col_kind(pointer, 1, GLP_IV)
    var integer = glp_iocp()
    glp_init_iocp(&integer)
    integer.msg_lev = GLP_MSG_OFF
    // So it solves the first linear program itself.
    integer.presolve = GLP_ON
    var simplex = glp_smcp()
    glp_init_smcp(&simplex)
    simplex.msg_lev = GLP_MSG_OFF
    let atOnce = glpk_end(is_over: { _ in true }, info: nil)
    #expect(glpk_guarded_intopt(pointer, &integer, atOnce) == GLP_ETMLIM && glp_mip_status(pointer) == GLP_UNDEF)
    #expect(glpk_guarded_simplex(pointer, &simplex, atOnce) == GLP_ETMLIM && glp_get_status(pointer) != GLP_OPT)
    #expect(glpk_guarded_exact(pointer, &simplex, atOnce) == GLP_ETMLIM && glp_get_status(pointer) != GLP_OPT)
    // What is over is so for one call only.
    let never = glpk_end(is_over: { _ in false }, info: nil)
    #expect(glpk_guarded_simplex(pointer, &simplex, never) == 0 && glp_get_status(pointer) == GLP_OPT)
    #expect(glpk_guarded_intopt(pointer, &integer, never) == 0 && glp_mip_status(pointer) == GLP_OPT)
    glp_delete_prob(pointer)
  }
}
